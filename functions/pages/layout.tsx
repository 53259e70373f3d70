// The types of the page library bring those of the browser, in which collections are iterable only by these.
/// <reference lib="dom.iterable" />
/// <reference lib="dom.asynciterable" />
import type { ComponentChildren } from 'preact';
import { useContext } from 'preact/hooks';
import { Branding } from './branding.js';

export interface LayoutProps {
  /** Also the heading. */
  readonly title: string;
  /** Seconds after which the browser asks again; for what is under way. */
  readonly refreshSeconds?: number;
  readonly children: ComponentChildren;
}

/** The frame of every page, with the operator's name. What it holds is escaped by the renderer; it needs no script. */
export function Layout({ title, refreshSeconds, children }: LayoutProps) {
  const { name, style } = useContext(Branding);
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        {refreshSeconds !== undefined && <meta http-equiv="refresh" content={String(refreshSeconds)} />}
        <title>{`${title} - ${name ?? 'Rollcall'}`}</title>
        <style>{style}</style>
      </head>
      <body>
        <header>
          <p>{name ?? 'Rollcall'}</p>
        </header>
        <main>
          <h1>{title}</h1>
          {children}
        </main>
      </body>
    </html>
  );
}

export interface NoticeProps {
  readonly tone: 'good' | 'bad' | 'neutral';
  readonly children: ComponentChildren;
}

/** A sentence or two that stand out; a bad one is told to screen readers at once. */
export function Notice({ tone, children }: NoticeProps) {
  return (
    <div class={`notice ${tone}`} role={tone === 'bad' ? 'alert' : 'status'}>
      {children}
    </div>
  );
}
