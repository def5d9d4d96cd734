// SPDX-License-Identifier: Apache-2.0
import { Button, Center, Loader, MantineProvider, Stack, Text, Title } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { QueryClient, QueryClientProvider, useQuery } from '@tanstack/react-query';
import { useCallback, useEffect, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { createBrowserRouter, Navigate, Outlet, RouterProvider, useParams } from 'react-router';
import { ProblemError, TenantApi, takeCsrfToken, whenSignedOut } from '../api/client';
import { readSession, signInUrl, type Session } from '../api/session';
import type { Me } from '../api/types';
import { ProblemView } from '../components/basics';
import { Boundary } from '../components/Boundary';
import { ConfirmProvider } from '../components/confirm';
import { TenantProvider } from './context';
import { Logo } from './Logo';
import { preload, routes } from './routes';
import { Shell } from './Shell';
import { SignedInBeside, SignInAgain } from './SignInAgain';
import { cssVariables, theme } from './theme';

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      refetchOnWindowFocus: true,
      // where the network is gone, that is said: to wait for it unseen would look like work, and changes would happen later
      networkMode: 'always',
      refetchOnReconnect: true,
      // a refusal stays one; what was unreachable may come back
      retry: (failures, error) => failures < 2 && error instanceof ProblemError && (error.status === 0 || error.status >= 502),
    },
    mutations: { networkMode: 'always' },
  },
});

const BASE = '/ui';

const router = createBrowserRouter(
  [
    { path: '/', element: <FirstTenant /> },
    { path: '/signed-in', element: <SignedInBeside /> },
    {
      path: '/:tenant',
      element: <TenantRoot />,
      children: [{ element: <Shell />, children: routes }],
    },
  ],
  { basename: BASE },
);

const SESSION = { queryKey: ['session'], queryFn: readSession, staleTime: Infinity };
const meIn = (tenant: string) => ({ queryKey: [tenant, 'me'], queryFn: () => new TenantApi(tenant).get<Me>('me'), staleTime: 60_000 });

/** Asks for what every page needs, and loads the one that is wanted, before anything is drawn. */
async function begin(): Promise<void> {
  const tenant = preload(BASE);
  const session = await queries.fetchQuery(SESSION);
  if (session && tenant) await queries.prefetchQuery(meIn(tenant));
}
// what fails is asked for once more, and said, where it is shown
void begin().catch(() => undefined);

export function App() {
  return (
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="auto">
      <Notifications position="bottom-right" />
      <QueryClientProvider client={queries}>
        <ConfirmProvider>
          <Boundary>
            <SignedIn>
              <RouterProvider router={router} />
            </SignedIn>
          </Boundary>
        </ConfirmProvider>
      </QueryClientProvider>
    </MantineProvider>
  );
}

function useSession() {
  return useQuery(SESSION);
}

function SignedIn({ children }: { children: ReactNode }) {
  const { t } = useTranslation();
  const session = useSession();
  const [over, setOver] = useState(false);
  useEffect(() => whenSignedOut(() => setOver(true)), []);
  const back = useCallback(() => setOver(false), []);
  const token = session.data?.csrfToken;
  useEffect(() => takeCsrfToken(token), [token]);

  if (session.isPending) {
    return <Center h="100%"><Loader aria-label={t('common.loading')} /></Center>;
  }
  if (session.data) {
    return (
      <>
        {children}
        {over && <SignInAgain session={session.data} onBack={back} />}
      </>
    );
  }
  return (
    <Center h="100%" component="main">
      <Stack align="center" maw={440} p="lg" ta="center">
        <Logo size={64} />
        <Title order={1}>Millrace</Title>
        {session.error ? <ProblemView error={session.error} onRetry={() => void session.refetch()} /> : <Text c="dimmed">{t('signIn.welcome')}</Text>}
        <Button component="a" href={signInUrl()} size="md" fullWidth>{t('signIn.signIn')}</Button>
      </Stack>
    </Center>
  );
}

const LAST_TENANT = 'millrace.tenant';

function FirstTenant() {
  const session = useSession();
  const tenants = session.data?.tenants ?? [];
  const last = localStorage.getItem(LAST_TENANT);
  const first = tenants.find((tenant) => tenant.id === last) ?? tenants[0];
  return <Navigate to={`/${first?.id ?? last ?? 'main'}`} replace />;
}

function nobody(tenant: string, { subject }: Session): Me {
  return { tenant, subject, grants: [], groups: [] };
}

function TenantRoot() {
  const { t } = useTranslation();
  const { tenant = 'main' } = useParams();
  const session = useSession();
  const me = useQuery(meIn(tenant));
  useEffect(() => {
    if (me.data) localStorage.setItem(LAST_TENANT, tenant);
  }, [me.data, tenant]);
  if (me.data && session.data) {
    return (
      <TenantProvider session={session.data} me={me.data} key={tenant}>
        <Outlet />
      </TenantProvider>
    );
  }
  // who runs the installation finds what is above the tenants also where he is nobody
  if (session.data?.operator && me.error instanceof ProblemError && me.error.status === 404) {
    return (
      <TenantProvider session={session.data} me={nobody(tenant, session.data)} key={tenant}>
        <Outlet />
      </TenantProvider>
    );
  }
  if (me.error) {
    const others = (session.data?.tenants ?? []).filter((other) => other.id !== tenant);
    return (
      <Center h="100%" component="main">
        <Stack maw={520} p="lg">
          <Title order={1}>{t('tenant.closed', { tenant })}</Title>
          <ProblemView error={me.error} onRetry={() => void me.refetch()} />
          {others.map((other) => (
            <Button key={other.id} variant="default" component="a" href={`/ui/${other.id}`}>{t('tenant.goTo', { tenant: other.name })}</Button>
          ))}
        </Stack>
      </Center>
    );
  }
  return <Center h="100%"><Loader aria-label={t('common.loading')} /></Center>;
}
