/** Proof of the visitor's acts of choice. */

/** One act of choice as the backend recorded it. */
export interface ConsentRecord {
  /** Its place in the site's chain, from 1. */
  readonly position: number;
  /** RFC 3339. */
  readonly time: string;
  readonly site: string;
  readonly subject?: string;
  readonly receipt?: string;
  readonly notice?: string;
  readonly locale?: string;
  readonly source?: string;
  readonly processing?: {
    readonly [purpose: string]: {
      readonly status: "granted" | "denied" | "withdrawn";
      readonly basis: string;
      /** The words that were read; `sha256` is of their text. */
      readonly wording?: { readonly notice: string; readonly language: string; readonly sha256: string };
    };
  };
}

/** Proof of one act of choice: JSON-LD in the shape of ISO/IEC TS 27560. `/receipt/` at the backend verifies it. */
export interface ConsentReceipt {
  readonly "@context": Readonly<Record<string, unknown>>;
  readonly "@type": "ConsentReceipt";
  readonly schemaVersion: string;
  readonly identifier: string;
  readonly issued: string;
  readonly controller: { readonly name: string; readonly address?: string; readonly email?: string; readonly dpo?: string };
  readonly record: ConsentRecord;
  readonly notices: readonly { readonly notice: string; readonly language: string; readonly sha256: string; readonly text: string }[];
  readonly proof: {
    readonly salt: string;
    readonly digest: string;
    readonly previous: string;
    readonly link: string;
    readonly head: { readonly position: number; readonly link: string };
    readonly key: string;
    readonly signature: string;
  };
}
