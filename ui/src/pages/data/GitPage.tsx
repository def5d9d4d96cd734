// SPDX-License-Identifier: Apache-2.0
import { Button, Code, Table, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useTenant } from '../../app/context';
import { useFilters } from '../../app/url';
import { Await, PageHeader, PageTitle, TextLink, Time } from '../../components/basics';
import { SidePanel } from '../../components/Dialog';
import { GitDetail, Marks, NoGit, useGitStates } from './GitDetail';

/** Namespaces that come from Git: of which commit they are, what is different, and what a sync would do. */
export default function GitPage() {
  const { t } = useTranslation();
  const { to } = useTenant();
  const filters = useFilters();
  const states = useGitStates();
  const open = states.data?.find((state) => state.namespace === filters.get('namespace'));
  return (
    <>
      <PageTitle title={t('nav.git')} />
      <PageHeader title={t('nav.git')} sub={t('git.sub')} />
      <Await query={states}>
        {(all) =>
          all.length === 0 ? (
            <NoGit />
          ) : (
            <div className="mr-table-wrap">
              <Table aria-label={t('nav.git')}>
                <Table.Thead><Table.Tr><Table.Th>{t('common.namespace')}</Table.Th><Table.Th>{t('git.repository')}</Table.Th><Table.Th>{t('git.commit')}</Table.Th><Table.Th>{t('metrics.at')}</Table.Th><Table.Th>{t('git.by')}</Table.Th></Table.Tr></Table.Thead>
                <Table.Tbody>
                  {all.map((state) => (
                    <Table.Tr key={state.namespace}>
                      <Table.Td><Button variant="transparent" p={0} h="auto" className="mr-mono" onClick={() => filters.set({ namespace: state.namespace })}>{state.namespace}</Button></Table.Td>
                      <Table.Td>{state.url}<Text size="xs" c="dimmed">{state.branch}</Text></Table.Td>
                      <Table.Td><Code>{state.commit.slice(0, 10)}</Code> <Marks state={state} /></Table.Td>
                      <Table.Td><Time at={state.at} /></Table.Td>
                      <Table.Td><TextLink to={to('flows', state.flowNamespace, state.flowId)}>{state.flowId}</TextLink></Table.Td>
                    </Table.Tr>
                  ))}
                </Table.Tbody>
              </Table>
            </div>
          )
        }
      </Await>
      <SidePanel opened={open !== undefined} onClose={() => filters.set({ namespace: null })} size="xl" title={open?.namespace}>
        {open && <GitDetail state={open} key={open.namespace} />}
      </SidePanel>
    </>
  );
}
