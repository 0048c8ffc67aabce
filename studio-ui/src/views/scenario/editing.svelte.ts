/** The scenario that is open for editing: one change after the other, each in the version that the last one left. */
import { api, ApiError } from '../../lib/api';
import { t } from '../../lib/i18n.svelte';
import { asApiError, studio } from '../../lib/studio.svelte';
import type { Draft, TextFile } from '../../lib/types';
import { forget, keep, left, type Kept } from './kept';
import { onTop } from './merging';
import { inLanguage } from '../../lib/sayings';

const PAUSE_MS = 500;
/** Until text that the server did not answer for is sent again. */
const AGAIN_MS = 3000;

type Ask = (version: string) => Promise<Draft>;
export const TABS = ['form', 'text', 'platforms'] as const;
export type Tab = (typeof TABS)[number];
const TAB = 'fleetcraft.scenario.tab';
const keptTab = (): Tab => TABS.find((tab) => tab === sessionStorage.getItem(TAB)) ?? 'form';

/** Why a save did not happen, and whether it may be done all the same. */
export interface Refused {
  lines: string[];
  faults: number;
}

class Editing {
  id = $state<string | null>(null);
  draft = $state.raw<Draft | null>(null);
  error = $state.raw<ApiError | null>(null);
  loading = $state(false);
  /** Changes on their way to the server. */
  sending = $state(0);
  /** Typed in the text editor and not with the server yet, by file. */
  unsent = $state.raw<Record<string, string>>({});
  /** Somebody else was first: what stands there now, and the change that waits. */
  conflict = $state.raw<{ theirs: Draft; again: Ask } | null>(null);
  /** Text that a page which is gone did not get to the server. */
  offered = $state.raw<{ key: string; kept: Kept } | null>(null);
  /** What the server said to an edit of the form, by path. */
  refused = $state.raw<Record<string, string>>({});

  tab = $state<Tab>(keptTab());
  file = $state('scenario.yaml');
  /** Where to go next: a line of a file, or a field of the form; `turn` makes each request a new one. */
  target = $state.raw<{ turn: number; line?: number; path?: string } | null>(null);

  writable = $derived(this.draft !== null && !this.draft.readonly);
  waiting = $derived(Object.keys(this.unsent).length > 0 || this.sending > 0);

  #case: string | null = null;
  #turn = 0;
  #chain: Promise<unknown> = Promise.resolve();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #opening = 0;

  async open(id: string, caseName: string | null): Promise<void> {
    if (this.id === id && this.#case === caseName && this.draft) return void (await this.follow());
    const other = this.id !== id;
    const opening = ++this.#opening;
    if (other) await this.#leave();
    [this.id, this.#case, this.error, this.loading] = [id, caseName, null, true];
    if (other) [this.draft, this.conflict, this.refused, this.file] = [null, null, {}, 'scenario.yaml'];
    try {
      const draft = await api.draft(id, caseName);
      if (opening !== this.#opening) return;
      this.draft = draft;
      if (other) this.#offer();
    } catch (error) {
      if (opening !== this.#opening) return;
      this.error = asApiError(error);
      if (this.draft) studio.tell('bad', this.error.message);
    } finally {
      if (opening === this.#opening) this.loading = false;
    }
  }

  async #leave(): Promise<void> {
    if (Object.keys(this.unsent).length) await this.flush();
    this.unsent = {};
    clearTimeout(this.#timer);
  }

  textOf(name: string): string {
    return this.unsent[name] ?? this.draft?.files.find((file) => file.name === name)?.text ?? '';
  }

  /** The files with what was typed last. */
  files(): TextFile[] {
    return (this.draft?.files ?? []).map((file) => ({ name: file.name, text: this.textOf(file.name) }));
  }

  /** Text typed in the editor; the server gets it when typing pauses. */
  type(name: string, text: string): void {
    if (!this.writable || this.textOf(name) === text) return;
    this.#unsent({ ...this.unsent, [name]: text });
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.flush(), PAUSE_MS);
  }

  #unsent(files: Record<string, string>): void {
    this.unsent = files;
    if (this.id && this.draft) keep(this.id, this.draft.version, files);
  }

  flush(): Promise<unknown> {
    clearTimeout(this.#timer);
    return this.#next(() => this.#send());
  }

  async #send(): Promise<void> {
    const sent = this.unsent;
    if (Object.keys(sent).length === 0 || this.conflict) return;
    const files = Object.entries(sent).map(([name, text]) => ({ name, text }));
    if (await this.#change((version) => api.putDraft(this.#id, version, files, this.#case))) this.#arrived(sent);
  }

  /** What was typed while it was on its way stays to be sent. */
  #arrived(sent: Record<string, string>): void {
    this.#unsent(Object.fromEntries(Object.entries(this.unsent).filter(([name, text]) => sent[name] !== text)));
  }

  /** A form's edit; what the server says against it stands in `refused`. */
  set(path: string, value: unknown): Promise<unknown> {
    return this.#next(async () => {
      await this.#send();
      const before = this.refused;
      this.refused = Object.fromEntries(Object.entries(before).filter(([each]) => each !== path));
      await this.#change(
        (version) => api.setValue(this.#id, version, path, value, this.#case),
        (error) => (this.refused = { ...this.refused, [path]: error.faults[0] ? inWords(error.faults[0]) : error.message }),
      );
    });
  }

  undo(): Promise<unknown> {
    return this.#stepped((version) => api.undo(this.#id, version, this.#case));
  }

  redo(): Promise<unknown> {
    return this.#stepped((version) => api.redo(this.#id, version, this.#case));
  }

  #stepped(ask: Ask): Promise<unknown> {
    return this.#next(async () => {
      await this.#send();
      this.refused = {};
      await this.#change(ask);
    });
  }

  /** Save; what stands against it, or null where it is saved. */
  async save(anyway = false): Promise<Refused | null> {
    let refused: Refused | null = null;
    await this.#next(async () => {
      await this.#send();
      if (this.conflict) return;
      const done = await this.#change(
        (version) => api.save(this.#id, version, anyway).then((draft) => this.#inCase(draft)),
        (error) => (refused = { lines: error.lines, faults: error.faults.length }),
      );
      if (done) await this.#afterSave();
    });
    return refused;
  }

  async discard(): Promise<void> {
    await this.#next(async () => {
      clearTimeout(this.#timer);
      this.#unsent({});
      this.refused = {};
      await this.#change(() => api.discard(this.#id, this.#case));
    });
  }

  /** The faults of a workbook that was refused; null where it was taken. */
  async importWorkbook(file: Blob): Promise<ApiError | null> {
    let refused: ApiError | null = null;
    await this.#next(async () => {
      await this.#send();
      await this.#change(
        () => api.importWorkbook(this.#id, file).then((draft) => this.#inCase(draft)),
        (error) => (refused = error),
      );
    });
    return refused;
  }

  /** Load again where somebody else changed it; what is typed here and not sent meets them when it is sent. */
  follow(): Promise<unknown> {
    return this.#next(async () => {
      if (Object.keys(this.unsent).length || this.conflict || !this.id) return;
      await this.#change(() => api.draft(this.#id, this.#case));
    });
  }

  /** Another window or program told of a version. */
  heard(id: string, version: string): void {
    if (id !== this.id) return;
    void this.#next(async () => {
      if (this.draft?.version === version || Object.keys(this.unsent).length || this.conflict) return;
      await this.#change(() => api.draft(this.#id, this.#case));
    });
  }

  takeTheirs(): void {
    if (!this.conflict) return;
    this.draft = this.conflict.theirs;
    this.conflict = null;
    this.#unsent({});
  }

  async keepMine(): Promise<void> {
    const conflict = this.conflict;
    if (!conflict) return;
    const before = this.draft?.files ?? [];
    this.conflict = null;
    this.draft = conflict.theirs;
    this.#unsent(Object.fromEntries(Object.entries(this.unsent).map(([name, mine]) => [name, onTop(mine, textIn(before, name), textIn(conflict.theirs.files, name))])));
    if (Object.keys(this.unsent).length) await this.flush();
    else await this.#next(() => this.#change(conflict.again));
  }

  /** Put back what a page that is gone had typed, over what stands there now. */
  takeOffered(): void {
    const offered = this.offered;
    if (!offered) return;
    for (const [name, text] of Object.entries(offered.kept.files)) this.type(name, text);
    this.dropOffered();
  }

  dropOffered(): void {
    if (this.offered) forget(this.offered.key);
    this.offered = null;
    this.#offer();
  }

  #offer(): void {
    if (!this.id || !this.writable) return;
    for (const each of left(this.id)) {
      const differs = Object.entries(each.kept.files).some(([name, text]) => this.textOf(name) !== text);
      if (differs) {
        this.offered = each;
        return;
      }
      forget(each.key);
    }
  }

  show(tab: Tab): void {
    this.tab = tab;
    sessionStorage.setItem(TAB, tab);
  }

  goToLine(file: string, line: number): void {
    this.show('text');
    this.file = file;
    this.target = { turn: ++this.#turn, line };
  }

  goToField(path: string): void {
    this.show('form');
    this.target = { turn: ++this.#turn, path };
  }

  get #id(): string {
    return this.id ?? '';
  }

  #next<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#chain.then(work, work);
    this.#chain = done.catch(() => undefined);
    return done;
  }

  /** Ask for a change and show what came of it; true where it was done. */
  async #change(ask: Ask, refused?: (error: ApiError) => unknown): Promise<boolean> {
    const id = this.id;
    this.sending += 1;
    try {
      const draft = await ask(this.draft?.version ?? '');
      if (id === this.id) this.draft = draft;
      return true;
    } catch (error) {
      await this.#against(asApiError(error), ask, refused);
      return false;
    } finally {
      this.sending -= 1;
    }
  }

  #inCase(draft: Draft): Promise<Draft> {
    return this.#case === null ? Promise.resolve(draft) : api.draft(draft.id, this.#case);
  }

  async #against(error: ApiError, ask: Ask, refused?: (error: ApiError) => unknown): Promise<void> {
    const theirs = error.status === 409 ? await api.draft(this.#id, this.#case).catch(() => null) : null;
    if (theirs && theirs.version !== this.draft?.version) this.conflict = { theirs, again: ask };
    else if (refused) refused(error.status === 0 ? new ApiError(0, [t('scenario.offline')]) : error);
    else if (error.status === 0) this.#timer = setTimeout(() => void this.flush(), AGAIN_MS);
    else studio.tell('bad', error.message);
  }

  async #afterSave(): Promise<void> {
    studio.tell('good', t('scenario.saved'));
    await Promise.all([studio.refreshScenarios(), studio.refreshRuns()]);
    if (studio.scenarioId === this.id) void studio.openScenario(this.#id, studio.caseName);
  }
}

const textIn = (files: readonly TextFile[], name: string): string => files.find((file) => file.name === name)?.text ?? '';

/** A fault in a sentence, without its place. */
export const inWords = (fault: { found: string; expected: string }): string =>
  t('scenario.fault', { found: inLanguage(fault.found), expected: inLanguage(fault.expected) });

export const editing = new Editing();
