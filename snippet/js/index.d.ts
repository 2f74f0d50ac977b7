/** A telephone number. */
export interface PhoneNumber {
  /** Digits as dialled within its country: `05031110001`. */
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

/** A telephone number of Japan that stands on the site's pages and may be replaced, in any spelling. */
export interface NumberTarget {
  /** Its id in the site's configuration. */
  id: string;
  number: string;
  /** If given, the number is replaced at these places alone. */
  selector?: string;
}

/** A telephone number of another country. */
export interface ForeignTarget {
  /** Its id in the site's configuration. */
  id: string;
  /** As it is printed, without the country code: `030 5550100`. */
  number: string;
  /** With the country code: `+49 30 5550100`. */
  e164: string;
  /** How its digits are grouped; as in `number`, if absent. */
  groups?: number[];
  /** If given, the number is replaced at these places alone. */
  selector?: string;
}

/** A place: whatever number stands there is replaced. Without a selector, the elements with `data-hatsuban-pool="<id>"`. */
export interface PlaceTarget {
  /** Its id in the site's configuration. */
  id: string;
  selector?: string;
}

export type Target = NumberTarget | ForeignTarget | PlaceTarget;

/** Numbers for all visitors who came in one way. */
export interface Channel {
  name: string;
  /** The first channel for which this says so is taken. It is told how the visit began. */
  when: (visit: { landing_page: string; referrer: string; click_ids: ClickId[] }) => boolean;
  /** The number for each target, by id. */
  numbers: Record<string, string>;
}

/** A picture of a number. */
export interface Image {
  selector: string;
  /** The target's id. */
  target: string;
  /** The picture's address, with `{number}` where the digits go. */
  url: string;
  /** True if it is the element's background. */
  background?: boolean;
}

/** What the site's configuration says to a tag, an application says here. */
export interface Options {
  /** The site key: `st_…`. */
  site: string;
  /** The pool service's address: `https://pool.example`. */
  service: string;
  targets?: Target[];
  /** A cookie of the site's own that stands for the visitor's session. Only a digest of its value leaves the page. */
  sessionCookie?: string;
  /** `channel`: only the numbers of channels, no leases. Usual: `dynamic`. */
  mode?: "dynamic" | "channel";
  /** `required`: no lease before it. `channel-only`: no lease unless `consent("granted")` is said. Usual: `granted`. */
  consent?: "required" | "granted" | "channel-only";
  channels?: Channel[];
  /** Cookies to send along, besides the well-known ones of analytics and ads. */
  cookies?: string[];
  /** Only visitors who came by an ad of this medium are leased a number. */
  media?: "google" | "yahoo" | "microsoft" | "meta";
  /** When a number is asked for: at once, when one comes into view, or when one is reached for. Usual: `load`. */
  leaseOn?: "load" | "sight" | "interaction";
  /** In so many of a hundred visitor sessions numbers are leased. Usual: 100. */
  rollout?: number;
  /** This share of pages tells the service whether it found its targets. Usual: 0. */
  health?: number;
  /** Tells every event to `window.dataLayer` too. */
  dataLayer?: boolean;
  /** Asks the service which of the page's numbers are targets. */
  discover?: boolean;
  /** Replaces numbers in frames of the same origin too. */
  iframes?: boolean;
  images?: Image[];
  /** Leases to driven browsers too: for tests. */
  headless?: boolean;
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
  ready: State;
  /** It is known what a target may show. Comes again with every heartbeat that changes it, and when it has expired. */
  leased: { target: string; status: LeaseStatus; number?: PhoneNumber; lease_for_ms?: number };
  /** `count` places of the page show `number` where `original` stood. */
  swapped: { target: string; number: PhoneNumber; original: PhoneNumber; count: number };
  /** There is no number for this visitor: the page shows its own. */
  "no-number": { target: string; status: "exhausted" | "problem" };
  /** Something failed; the page keeps its own numbers. */
  error: { cause: string; cure: string };
}

/** What is known of the visit. */
export interface State {
  /** The visitor session; absent until numbers may be leased. */
  session?: string;
  /** Where `session` is a site's own, the program's. */
  visitor_id?: string;
  /** The name of the channel that was chosen. */
  channel?: string;
  click_ids: ClickId[];
  landing_page: string;
  referrer: string;
  /** Where the first visit of this browser began. */
  first_touch?: { landing_page: string; referrer: string; at_ms: number };
  leases: {
    readonly target: string;
    readonly status: LeaseStatus;
    readonly number?: PhoneNumber;
    /** What is left now; undefined where no number is shown. */
    readonly expires_in_ms?: number;
  }[];
}

/** What may be done with the visitor's data for ads. Calls of visitors who deny `ad_user_data` are told to no ad platform. */
export interface AdConsent {
  ad_user_data?: "granted" | "denied";
  ad_personalization?: "granted" | "denied";
}

/** The program on this page. */
export interface Hatsuban {
  /** False if it could not be started (the console and an `error` event said why) or was stopped. */
  readonly isRunning: boolean;
  /** What is known now; absent if it has not started. */
  readonly state: State | undefined;
  /** Looks for the site's numbers again. Seldom needed: changes of the page are followed. */
  scan(node?: Element): void;
  /**
   * Which numbers to show where these stand, for what is printed elsewhere than on the page; null where it is their own.
   * Asks for what is not leased yet, and waits a few seconds at most.
   */
  lookup<Asked extends string>(numbers: readonly Asked[]): Promise<Record<Asked, PhoneNumber | null>>;
  /**
   * Says what the visitor decided, whatever other signals there are; `ads` too, where the page does not say it by Google's
   * Consent Mode.
   */
  consent(state: "granted" | "denied", ads?: AdConsent): void;
  /** Tells the service what the application knows of the visitor, with the next call's attribution in mind. */
  attributes(attributes: Record<string, string>): void;
  /** Ends the visitor's leases, as after consent was withdrawn, and puts the page's own numbers back. */
  release(): void;
  /** Puts the page's own numbers back and ends all effects on the page. The leases run on. */
  stop(): void;
  /** Listens; the answer ends it. */
  on<Name extends keyof Events>(name: Name, listener: (detail: Events[Name]) => void): () => void;
}

/** Starts on this page. Never rejects: if it cannot run, the page stays as it was. */
export function start(options: Options): Promise<Hatsuban>;
