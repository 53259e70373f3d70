import { createRequire } from 'node:module';
import { Language, Parser, type Node } from 'web-tree-sitter';

const grammarFile = createRequire(import.meta.url).resolve('tree-sitter-bicep/tree-sitter-bicep.wasm');

export async function createBicepParser(): Promise<Parser> {
  await Parser.init();
  return new Parser().setLanguage(await Language.load(grammarFile));
}

/** A Bicep file as a tree, and the questions that the tests ask of it. */
export class BicepDocument {
  readonly root: Node;

  constructor(parser: Parser, text: string) {
    const tree = parser.parse(text);
    if (tree === null) throw new Error('The text could not be parsed.');
    this.root = tree.rootNode;
  }

  /** Places that are no Bicep, as line:column. */
  syntaxErrors(): string[] {
    return this.nodes()
      .filter((node) => node.isError || node.isMissing)
      .map(({ startPosition: { row, column } }) => `${row + 1}:${column + 1}`);
  }

  /** Names of parameters, variables, resources, modules and outputs, each with the text after it. */
  declarations(): { readonly kind: string; readonly name: string; readonly node: Node }[] {
    return this.root.namedChildren.flatMap((node) => {
      const name = node.namedChildren.find((child) => child.type === 'identifier')?.text;
      if (!node.type.endsWith('_declaration') || name === undefined) return [];
      return [{ kind: node.type.replace('_declaration', ''), name, node }];
    });
  }

  resources(): Map<string, { readonly type: string; readonly apiVersion: string; readonly node: Node }> {
    const resources = this.declarations().filter(({ kind }) => kind === 'resource');
    return new Map(
      resources.map(({ name, node }) => {
        const quoted = node.namedChildren.find((child) => child.type === 'string')?.text ?? '';
        const [type = '', apiVersion = ''] = quoted.slice(1, -1).split('@');
        return [name, { type, apiVersion, node }];
      }),
    );
  }

  /** Symbols that are used: neither keys, nor functions, nor what a lambda or a declaration names itself. */
  references(): string[] {
    return this.nodes()
      .filter((node) => node.type === 'identifier' && isReference(node))
      .map((node) => node.text);
  }

  calledFunctions(): Set<string> {
    const calls = this.nodes().filter((node) => node.type === 'call_expression');
    return new Set(calls.map((node) => node.childForFieldName('function')?.text ?? node.text));
  }

  private nodes(): Node[] {
    return descendantsOf(this.root);
  }
}

/** The node and everything under it, in the order of the text. */
export function descendantsOf(node: Node): Node[] {
  return [node, ...node.children.flatMap(descendantsOf)];
}

/** The properties of an object, by key, quotes taken off. */
export function propertiesOf(object: Node | undefined): Map<string, Node> {
  const properties = (object?.namedChildren ?? []).filter((child) => child.type === 'object_property');
  return new Map(
    properties.flatMap((property) => {
      const [key, value] = property.namedChildren;
      return key === undefined || value === undefined ? [] : [[key.text.replaceAll("'", ''), value] as const];
    }),
  );
}

/** The value at a path of keys below the object of a declaration. */
export function valueAt(declaration: Node | undefined, ...path: string[]): Node | undefined {
  let value = declaration?.namedChildren.find((child) => child.type === 'object');
  for (const key of path) value = propertiesOf(value).get(key);
  return value;
}

function isReference(identifier: Node): boolean {
  const parent = identifier.parent;
  if (parent === null) return false;
  const isFirst = parent.namedChildren[0]?.id === identifier.id;
  if (parent.type.endsWith('_declaration') || parent.type === 'object_property') return !isFirst;
  if (parent.type === 'call_expression') return parent.childForFieldName('function')?.id !== identifier.id;
  return parent.type !== 'lambda_expression' || !isFirst;
}
