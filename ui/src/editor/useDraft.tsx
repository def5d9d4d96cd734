// SPDX-License-Identifier: Apache-2.0
import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ProblemError, seen, type Versioned } from '../api/client';
import { useChange } from '../app/hooks';
import { Dialog } from '../components/Dialog';
import { CodeEditor } from './CodeEditor';

/** A text as it is stored. */
export interface Stored {
  text: string;
  etag: string | null;
  /** Its number, where it has one. */
  revision?: number | undefined;
}

interface Options<Answer> {
  /** As it was when it was begun; what is read later changes nothing of the draft. */
  stored: Stored;
  /** What the draft begins with, where that is something else. */
  begun?: string | undefined;
  /** Reads the newest, when somebody was faster. */
  read: () => Promise<Stored>;
  /** Stores a text, if it is still what `headers` say that was seen. */
  write: (text: string, headers: Record<string, string>) => Promise<Versioned<Answer>>;
  language?: 'yaml' | 'json' | 'text';
  done?: (answer: Answer) => string;
  touches: readonly string[];
  then?: (answer: Answer) => void;
}

export interface Draft<Answer> {
  text: string;
  setText: (text: string) => void;
  /** Whether there is something to be stored. */
  dirty: boolean;
  busy: boolean;
  /** Stores the text. @returns nothing if it couldn't be: where somebody was faster, it is merged first */
  save: (text?: string) => Promise<Answer | null>;
  /** Shows where two have written at once. */
  merge: ReactNode;
}

/**
 * A text that is written over a stored one. It names the version that it was begun with for as long as it isn't stored,
 * whatever is read meanwhile: whoever is slower sees each difference, and decides.
 */
export function useDraft<Answer>({ stored, begun, read, write, language, done, touches, then }: Options<Answer>): Draft<Answer> {
  const [base, setBase] = useState(stored);
  const [text, setText] = useState(begun ?? stored.text);
  const [theirs, setTheirs] = useState<Stored | null>(null);
  const change = useChange(
    async (source: string): Promise<{ answer: Answer; next: Stored } | null> => {
      try {
        const { value, etag } = await write(source, seen(base.etag));
        // an answer that doesn't say which version it made is followed by a look
        const next = etag === null ? await read().catch(() => base) : { text: source, etag };
        // somebody may have been there before the look: then the next one to store sees it
        return { answer: value, next: { text: source, etag: next.text === source ? next.etag : base.etag } };
      } catch (e) {
        if (!(e instanceof ProblemError) || e.status !== 412) throw e;
        setTheirs(await read());
        return null;
      }
    },
    {
      touches,
      done: (saved) => (saved ? done?.(saved.answer) : undefined),
      then: (saved) => {
        if (!saved) return;
        setBase(saved.next);
        then?.(saved.answer);
      },
    },
  );
  const decide = (mine: string, newest: Stored) => {
    setText(mine);
    setBase(newest);
    setTheirs(null);
  };
  return {
    text,
    setText,
    dirty: text !== base.text,
    busy: change.isPending,
    save: async (source = text) => {
      if (change.isPending) return null;
      // what hinders it has been shown
      return (await change.mutateAsync(source).catch(() => null))?.answer ?? null;
    },
    merge: theirs && <Merge theirs={theirs} mine={text} language={language} onChange={setText} onDecide={(mine) => decide(mine, theirs)} onClose={() => setTheirs(null)} />,
  };
}

interface MergeProps {
  theirs: Stored;
  mine: string;
  language: 'yaml' | 'json' | 'text' | undefined;
  onChange: (text: string) => void;
  onDecide: (text: string) => void;
  onClose: () => void;
}

/** Two texts in one: each difference is kept or given up. */
function Merge({ theirs, mine, language, onChange, onDecide, onClose }: MergeProps) {
  const { t } = useTranslation();
  const title = theirs.revision === undefined ? t('editor.conflictOther') : t('editor.conflict', { revision: theirs.revision });
  return (
    <Dialog onClose={onClose} size="90%" title={title} data-merging>
      <Stack>
        <Alert color="orange" variant="light"><Text size="sm">{t('editor.conflictText')}</Text></Alert>
        <div style={{ height: '55dvh' }}>
          <CodeEditor label={t('editor.mine')} language={language} value={mine} onChange={onChange} original={theirs.text} />
        </div>
        <Group justify="flex-end">
          <Button variant="default" onClick={() => onDecide(theirs.text)}>{t('editor.takeTheirs')}</Button>
          <Button onClick={() => onDecide(mine)}>{t('editor.keepMine')}</Button>
        </Group>
      </Stack>
    </Dialog>
  );
}
