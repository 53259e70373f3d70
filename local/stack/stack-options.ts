import type { GraphEmulatorConfig } from '../graph/config.js';
import type { OutputStream } from './part.js';

/** What may be chosen of the emulator; its ports, certificate and folder are the stack's. */
type EmulatorSettings = Omit<
  GraphEmulatorConfig,
  'port' | 'loginPort' | 'controlPort' | 'tls' | 'dataFolder'
>;

/** Which Graph and login the stack's app talks to. */
export type GraphChoice =
  /** The emulator; without `samples` among its settings it starts without tenants. */
  | { readonly kind: 'emulator'; readonly settings?: EmulatorSettings }
  /** Microsoft's own, in every cloud that it has. */
  | { readonly kind: 'microsoft' }
  /** Another Graph and login by their bare origins, and the file of the authority that vouches for them. */
  | {
      readonly kind: 'other';
      readonly graphUrl: string;
      readonly loginUrl: string;
      readonly authorityFile?: string;
    };

/** A step of a stack's start. */
export type StackStep =
  | { readonly kind: 'preparingCertificate' }
  /** These parts start side by side. */
  | { readonly kind: 'starting'; readonly parts: readonly string[] }
  /** The part serves. */
  | { readonly kind: 'serving'; readonly part: string };

export interface StackOptions {
  /** Keeps everything here; without it the stack lives in a temporary folder that its end removes. */
  readonly dataFolder?: string;
  /**
   * The port that is asked for; 0 takes a free one. Absent, it is the one that the data folder remembers, else the usual
   * one, else a free one.
   */
  readonly functionsPort?: number;
  readonly tablesPort?: number;
  readonly usualPorts?: { readonly functions: number; readonly tables: number };
  /** How many functions hosts run side by side (default 1); `PUBLIC_URL` is the first one's. */
  readonly hosts?: number;
  /** Production settings beside the stack's own, or in their place. */
  readonly settings?: Readonly<Record<string, string>>;
  /** The app's entry module; default the built production app. */
  readonly app?: string;
  readonly hostJson?: string;
  /** Default: the emulator without sample directories. */
  readonly graph?: GraphChoice;
  /** How long the bus keeps a message or session locked, in milliseconds (default 30,000). */
  readonly lockDurationMs?: number;
  /** Options of Node for the tables and the functions hosts, such as what profiles them. */
  readonly nodeOptions?: readonly string[];
  /** Sees every line that a part writes. */
  readonly onLine?: (part: string, line: string, stream: OutputStream) => void;
  /** Sees each step of the start as it begins. */
  readonly onStep?: (step: StackStep) => void;
}
