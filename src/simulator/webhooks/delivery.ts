// Delivers events to those who subscribed: at least once, without a promised order, again and again until
// a 2xx or the end of the schedule. What is to be sent, and each attempt, is in the journal, so a restart
// goes on where the simulator stopped. Source: seeds/000 step 5 and Notifications.
import type { Clock } from "../../core/time/clock.ts";
import type { Log } from "../../core/progress.ts";
import { SIMULATOR_HEADER } from "../../core/simulator-signs.ts";
import { createStepQueue, type StepQueue } from "../flow/step-queue.ts";
import type { Subscriptions } from "../api/api-request.ts";
import type { Destination, Subscription, WebhookEntry } from "../journal/webhook-entry.ts";
import { createDestinationTokens } from "./destination-token.ts";
import { unknownAfter, type WebhookEvent } from "./event.ts";
import { createPoster } from "./post-json.ts";
import { nextAttemptAtMs } from "./retry-schedule.ts";
import { wants } from "./subscription.ts";
import { isBefallen, plannedDelaysMs, type WebhookFaults } from "./webhook-faults.ts";

export interface WebhookOptions {
  readonly faults?: WebhookFaults;
  /** The hosts that events may be sent to, besides this machine. */
  readonly hosts?: readonly string[];
  /** How long a receiver may take to answer. Unit: milliseconds of real time. */
  readonly timeoutMs?: number;
}

export interface Delivering extends Subscriptions {
  /** Sends an event to those who want it; while nobody is subscribed none is made. */
  readonly notify: (eventOf: () => WebhookEvent | null) => void;
  /** Begins the deliveries that are due. */
  readonly advance: (nowMs: number) => void;
  /** Lets attempts that are on their way end, for a moment; the others wait in the journal. */
  readonly close: () => Promise<void>;
}

interface Delivery {
  readonly eventId: string;
  readonly index: number;
  readonly body: string;
  readonly firstDueAtMs: number;
  dueAtMs: number;
  attempts: number;
}

interface Destined {
  readonly subscription: Subscription;
  readonly queue: StepQueue<Delivery>;
  readonly pending: Map<string, Delivery>;
  inFlight: number;
  isFailing: boolean;
}

/** How many attempts one subscription may have on their way. */
const IN_FLIGHT_MAX = 16;
/** How many deliveries may wait for a subscription; an event beyond them is not sent there. */
const PENDING_MAX = 100_000;
/** Source: assumed; how long CAS waits for an answer is not documented. */
const ANSWER_TIMEOUT_MS = 30_000;
const CLOSE_TIMEOUT_MS = 1000;

export function createDelivering(parts: {
  /** Always the same for the same name, and another one in another state file. */
  readonly idFor: (name: string) => string;
  readonly append: (entry: WebhookEntry) => void;
  readonly clock: Clock;
  readonly timeScale: number;
  readonly options: WebhookOptions;
  readonly log: Log | undefined;
}): Delivering {
  const { idFor, append, clock, timeScale, options, log } = parts;
  const { faults = {}, hosts = [], timeoutMs = ANSWER_TIMEOUT_MS } = options;
  const destined = new Map<string, Destined>();
  const poster = createPoster(timeoutMs, IN_FLIGHT_MAX);
  const tokens = createDestinationTokens(clock, poster);
  const onTheirWay = new Set<Promise<void>>();
  // Until the first advance the entries of a former life are applied, most of them long settled.
  let isUnderWay = false;
  let eventsMade = 0;
  let subscriptionsMade = 0;
  let isStopping = false;
  let isClosed = false;

  const schedule = ({ queue }: Destined, delivery: Delivery): void => {
    if (isUnderWay) queue.push(delivery.dueAtMs, delivery);
  };

  const tellUnreachable = ({ destination }: Subscription): void => {
    if (isReachable(destination, hosts)) return;
    log?.("warn", `No event is sent to ${destination.url}: it is not this machine`);
  };

  const apply = (entry: WebhookEntry): void => {
    switch (entry.kind) {
      case "subscribed": {
        const { subscription } = entry;
        subscriptionsMade += 1;
        if (isUnderWay) tellUnreachable(subscription);
        destined.set(subscription.id, {
          subscription,
          queue: createStepQueue(),
          pending: new Map(),
          inFlight: 0,
          isFailing: false,
        });
        return;
      }
      case "unsubscribed":
        destined.delete(entry.subscriptionId);
        return;
      case "notification": {
        const { eventId, body } = entry;
        eventsMade += 1;
        entry.deliveries.forEach(({ subscriptionId, dueAt }, index) => {
          const firstDueAtMs = Date.parse(dueAt);
          const target = destined.get(subscriptionId);
          if (target === undefined) return;
          const delivery = {
            eventId,
            index,
            body,
            firstDueAtMs,
            dueAtMs: firstDueAtMs,
            attempts: 0,
          };
          target.pending.set(keyOf(eventId, index), delivery);
          schedule(target, delivery);
        });
        return;
      }
      case "delivery": {
        const target = destined.get(entry.subscriptionId);
        const delivery = target?.pending.get(keyOf(entry.eventId, entry.delivery));
        if (target === undefined || delivery === undefined) return;
        if (entry.nextAttemptAt === null) {
          target.pending.delete(keyOf(entry.eventId, entry.delivery));
          return;
        }
        delivery.attempts = entry.attempt;
        delivery.dueAtMs = Date.parse(entry.nextAttemptAt);
        schedule(target, delivery);
        return;
      }
    }
  };

  const record = (entry: WebhookEntry): void => {
    append(entry);
    apply(entry);
  };

  const attempt = async (target: Destined, delivery: Delivery): Promise<void> => {
    const { id, destination } = target.subscription;
    const attemptNumber = delivery.attempts + 1;
    let status: number | null = null;
    let detail: string | null = null;
    try {
      const headers = await headersFor(destination);
      ({ status } = await poster.post({ url: destination.url, headers, body: delivery.body }));
      if (status === 401 && destination.oAuth !== null) tokens.forget(destination.oAuth);
    } catch (error) {
      detail = error instanceof Error ? error.message : String(error);
    }
    // An attempt that closing broke off may have arrived or not: it is made again.
    if (isClosed || !destined.has(id)) return;
    const isAcknowledged = status !== null && status >= 200 && status < 300;
    const atMs = clock.now().getTime();
    const nextAtMs = isAcknowledged
      ? null
      : nextAttemptAtMs(
          delivery.firstDueAtMs,
          attemptNumber,
          atMs,
          `${delivery.eventId} ${id} ${delivery.index}`,
          timeScale,
        );
    const result = isAcknowledged ? "acknowledged" : nextAtMs === null ? "expired" : "failed";
    tellOnce(target, result, detail ?? `it answers ${status}`);
    record({
      kind: "delivery",
      at: new Date(atMs).toISOString(),
      eventId: delivery.eventId,
      delivery: delivery.index,
      subscriptionId: id,
      attempt: attemptNumber,
      status,
      detail,
      result,
      nextAttemptAt: nextAtMs === null ? null : new Date(nextAtMs).toISOString(),
    });
  };

  /** Not every attempt: a receiver that is down gets thousands. */
  const tellOnce = (target: Destined, result: string, reason: string): void => {
    const { url } = target.subscription.destination;
    const isFailing = result !== "acknowledged";
    if (isFailing && !target.isFailing) {
      log?.("warn", `Events do not arrive at ${url}: ${reason}; they are sent again`);
    }
    if (!isFailing && target.isFailing) log?.("info", `Events arrive at ${url} again`);
    target.isFailing = isFailing;
    if (result === "expired") log?.("warn", `An event for ${url} has expired`);
  };

  const headersFor = async ({ oAuth, apiKey }: Destination): Promise<Record<string, string>> => ({
    "content-type": "application/json",
    [SIMULATOR_HEADER]: "1",
    ...(oAuth === null ? {} : { authorization: `Bearer ${await tokens.tokenFor(oAuth)}` }),
    ...(apiKey === null ? {} : { [apiKey.headerName]: apiKey.value }),
  });

  const begin = (target: Destined, nowMs: number): void => {
    while (!isStopping && target.inFlight < IN_FLIGHT_MAX) {
      const due = target.queue.takeDue(nowMs);
      if (due === null) return;
      target.inFlight += 1;
      const ended = attempt(target, due.step).finally(() => {
        target.inFlight -= 1;
        onTheirWay.delete(ended);
        begin(target, clock.now().getTime());
      });
      onTheirWay.add(ended);
    }
  };

  /** Plans an event's deliveries and says its id. */
  const send = (event: WebhookEvent, wanting: readonly Destined[]): string => {
    const eventId = idFor(`event ${eventsMade + 1}`);
    const atMs = clock.now().getTime();
    const delaysMs = plannedDelaysMs(eventId, faults);
    const deliveries = wanting
      .filter(({ subscription, pending }) => {
        if (!isReachable(subscription.destination, hosts)) return false;
        if (pending.size < PENDING_MAX) return true;
        log?.("warn", `Too many events wait for ${subscription.destination.url}`, { eventId });
        return false;
      })
      .flatMap(({ subscription }) =>
        delaysMs.map((delayMs) => ({
          subscriptionId: subscription.id,
          dueAt: new Date(atMs + delayMs / timeScale).toISOString(),
        })),
      );
    const { eventType, eventSubType } = event;
    record({
      kind: "notification",
      at: new Date(atMs).toISOString(),
      eventId,
      eventType,
      eventSubType,
      body: event.bodyOf(eventId),
      deliveries,
    });
    return eventId;
  };

  return {
    apply,
    all: () => [...destined.values()].map(({ subscription }) => subscription),
    nextId: () => idFor(`subscription ${subscriptionsMade + 1}`),
    notify: (eventOf) => {
      const event = destined.size === 0 ? null : eventOf();
      if (event === null) return;
      const wanting = [...destined.values()].filter(({ subscription }) =>
        wants(subscription, event.eventType, event.eventSubType),
      );
      if (wanting.length === 0) return;
      const eventId = send(event, wanting);
      if (isBefallen(eventId, "unknown", faults)) send(unknownAfter(event), wanting);
    },
    advance: (nowMs) => {
      for (const target of destined.values()) {
        if (!isUnderWay) {
          tellUnreachable(target.subscription);
          for (const delivery of target.pending.values())
            target.queue.push(delivery.dueAtMs, delivery);
        }
        begin(target, nowMs);
      }
      isUnderWay = true;
    },
    close: async () => {
      isStopping = true;
      const breakOff = (): void => {
        isClosed = true;
        poster.close();
      };
      const timer = setTimeout(breakOff, CLOSE_TIMEOUT_MS);
      await Promise.all(onTheirWay);
      clearTimeout(timer);
      breakOff();
    },
  };
}

function keyOf(eventId: string, index: number): string {
  return `${eventId} ${index}`;
}

const LOOPBACK = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/** Made-up events must not reach a receiver that takes real ones, unless that is asked for. */
export function isReachable({ url, oAuth }: Destination, hosts: readonly string[]): boolean {
  return [url, ...(oAuth === null ? [] : [oAuth.tokenUrl])].every((address) => {
    const { hostname } = new URL(address);
    return LOOPBACK.test(hostname) || hosts.includes(hostname);
  });
}
