/** The little of s3rver that Winnow uses; the package brings no types. */
declare module 's3rver' {
  interface StoredObject {
    readonly bucket: string;
    readonly key: string;
    readonly size: number;
    readonly lastModifiedDate: Date;
    readonly metadata: { readonly etag: string };
  }
  interface Store {
    getBucket(bucket: string): Promise<object | null>;
    listObjects(bucket: string, options: { readonly prefix: string }): Promise<{ readonly objects: readonly StoredObject[] }>;
    putObject(object: StoredObject): Promise<{ readonly size: number; readonly md5: string }>;
    getResourcePath(bucket: string, key: string, resource: string): string;
  }
  interface Context {
    readonly method: string;
    readonly path: string;
    readonly query: { readonly [name: string]: string | undefined };
    /** A plain object becomes XML. */
    body: unknown;
  }
  type Middleware = (context: Context, next: () => Promise<void>) => Promise<void>;

  export default class S3rver {
    constructor(options: {
      readonly address: string;
      readonly port: number;
      readonly directory: string;
      readonly silent: boolean;
      readonly vhostBuckets: boolean;
      readonly configureBuckets: readonly { readonly name: string }[];
    });
    readonly store: Store;
    /** From the outermost to the routes, which come last. */
    readonly middleware: Middleware[];
    readonly httpServer: import('node:http').Server;
    run(): Promise<import('node:net').AddressInfo>;
  }
}
