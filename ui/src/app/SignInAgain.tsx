// SPDX-License-Identifier: Apache-2.0
import { Anchor, Button, Center, Modal, Stack, Text, Title } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { takeCsrfToken } from '../api/client';
import { readSession, SIGNED_IN, signInUrl, type Session } from '../api/session';
import { Logo } from './Logo';

const LOOK_EVERY = 2_000;

/**
 * Lies over the page when the session is over: what is written there stays. One signs in beside it, and goes on when the
 * gateway knows him again; whoever comes back as somebody else begins anew.
 */
export function SignInAgain({ session, onBack }: { session: Session; onBack: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const { data: found } = useQuery({ queryKey: ['session', 'again'], queryFn: readSession, refetchInterval: LOOK_EVERY, refetchOnWindowFocus: 'always', gcTime: 0, staleTime: 0 });
  useEffect(() => {
    if (!found) return;
    if (found.subject !== session.subject) {
      window.location.reload();
      return;
    }
    takeCsrfToken(found.csrfToken);
    queries.setQueryData(['session'], found);
    onBack();
    void queries.invalidateQueries();
  }, [found, session.subject, onBack, queries]);
  return (
    <Modal opened onClose={() => undefined} withCloseButton={false} closeOnEscape={false} closeOnClickOutside={false} zIndex={1000} title={t('signIn.overTitle')} data-session="over">
      <Stack>
        <Text size="sm">{t('signIn.over', { name: session.name })}</Text>
        {/* its window is ours to close: without an opener it would stay */}
        <Button component="a" href={signInUrl(SIGNED_IN)} target="_blank" rel="opener" data-autofocus>{t('signIn.beside')}</Button>
        <Anchor size="sm" ta="center" href={signInUrl()}>{t('signIn.here')}</Anchor>
      </Stack>
    </Modal>
  );
}

/** Where a sign-in beside a page ends. */
export function SignedInBeside() {
  const { t } = useTranslation();
  useEffect(() => window.close(), []);
  return (
    <Center h="100%" component="main">
      <Stack align="center" maw={440} p="lg" ta="center">
        <Logo size={64} />
        <Title order={1}>{t('signIn.back')}</Title>
        <Text c="dimmed">{t('signIn.backText')}</Text>
        <Button component="a" href="/ui/" variant="default">{t('notFound.home')}</Button>
      </Stack>
    </Center>
  );
}
