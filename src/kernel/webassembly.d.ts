/** What Winnow uses of WebAssembly: every JavaScript engine has it, but of TypeScript's libraries only the browser's declares it. */
declare namespace WebAssembly {
  interface Memory {
    readonly buffer: ArrayBuffer;
  }
  interface Module {
    readonly [Symbol.toStringTag]: 'WebAssembly.Module';
  }
  const Module: new (bytes: Uint8Array) => Module;
  const Instance: new (module: Module) => { readonly exports: { readonly [name: string]: unknown } };
}
