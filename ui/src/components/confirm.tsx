// SPDX-License-Identifier: Apache-2.0
import { Button, Group, Stack, Text } from '@mantine/core';
import { createContext, useCallback, useContext, useMemo, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from './Dialog';

interface Question {
  title: string;
  text?: ReactNode;
  confirm: string;
  danger?: boolean;
}

type Ask = (question: Question) => Promise<boolean>;

const ConfirmContext = createContext<Ask | null>(null);

/** One dialogue for all questions of the kind "really?". */
export function ConfirmProvider({ children }: { children: ReactNode }) {
  const { t } = useTranslation();
  const [asked, setAsked] = useState<{ question: Question; answer: (yes: boolean) => void } | null>(null);
  const ask = useCallback<Ask>(
    (question) => new Promise((resolve) => setAsked({ question, answer: resolve })),
    [],
  );
  const close = (yes: boolean) => {
    asked?.answer(yes);
    setAsked(null);
  };
  const question = asked?.question;
  return (
    <ConfirmContext value={useMemo(() => ask, [ask])}>
      {children}
      <Dialog opened={asked !== null} onClose={() => close(false)} title={question?.title}>
        <Stack>
          {question?.text && <Text size="sm" component="div">{question.text}</Text>}
          <Group justify="flex-end">
            <Button variant="default" onClick={() => close(false)}>{t('common.cancel')}</Button>
            <Button color={question?.danger ? 'red.8' : undefined} data-autofocus onClick={() => close(true)}>{question?.confirm}</Button>
          </Group>
        </Stack>
      </Dialog>
    </ConfirmContext>
  );
}

export function useConfirm(): Ask {
  const ask = useContext(ConfirmContext);
  if (!ask) throw new Error('Expected to be inside of a ConfirmProvider');
  return ask;
}
