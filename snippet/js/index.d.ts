/** A telephone number. */
export interface PhoneNumber {
  /** Digits as dialled within Japan: `05031110001`. */
  national: string;
  /** With `+`; absent for numbers that cannot be dialled from abroad. */
  e164?: string;
}

/** An ad click that led the visitor here. */
export interface ClickId {
  /** The platform's parameter name: `gclid`. */
  kind: string;
  value: string;
  clicked_at_ms?: number;
  source: "url" | "cookie";
}

/** A telephone number that stands on the site's pages and may be replaced. */
export interface Target {
  /** Its id in the site's configuration. */
  id: string;
  /** The number, in any spelling. */
  number: string;
}

export interface Options {
  /** The site key: `st_…`. */
  site: string;
  /** The pool service's address: `https://pool.example`. */
  service: string;
  targets: Target[];
  /** A cookie of the site's own that stands for the visitor's session. Only a digest of its value leaves the page. */
  sessionCookie?: string;
  /** Where `hatsuban_bg.wasm` is, if not beside the program. */
  wasm?: string | URL | Response | Promise<Response> | BufferSource | WebAssembly.Module;
}

/**
 * `leased`: the number belongs to this visitor alone. `overflow`: a shared number is shown. `exhausted`: no number is
 * free. `expired`: its time has passed. `problem`: the service refused or could not say. In the last three the page
 * shows its own number.
 */
export type LeaseStatus = "leased" | "overflow" | "exhausted" | "expired" | "problem";

/** What the page is told, each also as an event `hatsuban:<name>` of the window with this as its `detail`. */
export interface Events {
  /** The program has started. */
  ready: { session: string; click_ids: ClickId[] };
  /** It is known what a target may show. Comes again with every heartbeat that changes it. */
  leased: { target: string; status: LeaseStatus; number?: PhoneNumber; lease_for_ms?: number };
  /** `count` places of the page show `number` where `original` stood. */
  swapped: { target: string; number: PhoneNumber; original: PhoneNumber; count: number };
  /** Something failed; the page keeps its own numbers. */
  error: { cause: string; cure: string };
}

export interface State {
  session: string;
  click_ids: ClickId[];
  leases: {
    target: string;
    status: LeaseStatus;
    number?: PhoneNumber;
    /** What is left now; absent where no number is shown. */
    readonly expires_in_ms?: number;
  }[];
}

/** The program on this page. */
export interface Hatsuban {
  /** False if it could not be started (the console and an `error` event said why) or was stopped. */
  readonly isRunning: boolean;
  /** What is known now; absent if it does not run. */
  readonly state: State | undefined;
  /** Looks for the site's numbers again. Seldom needed: changes of the page are followed. */
  scan(): void;
  /** Ends the visitor's leases, as after consent was withdrawn, and puts the page's own numbers back. */
  release(): void;
  /** Puts the page's own numbers back and ends all effects on the page. The leases run on. */
  stop(): void;
  /** Listens; the answer ends it. */
  on<Name extends keyof Events>(name: Name, listener: (detail: Events[Name]) => void): () => void;
}

/** Starts on this page. Never rejects: if it cannot run, the page stays as it was. */
export function start(options: Options): Promise<Hatsuban>;
