// SPDX-License-Identifier: Apache-2.0
import { Badge, Box, Group, SimpleGrid, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { useTenant } from '../app/context';
import { useFilters } from '../app/url';
import { Await, Empty, PageHeader, PageTitle, shortType, TextLink } from '../components/basics';
import { FilterBar, SearchFilter } from '../components/filters';
import { PluginDoc } from '../components/PluginDoc';

interface Element {
  cls: string;
  deprecated: boolean;
  title?: string | null;
}

interface Group {
  name: string;
  title: string;
  group: string;
  version: string;
  tasks: Element[];
  triggers: Element[];
  conditions: Element[];
}

export default function PluginsPage() {
  const { type } = useParams();
  return type ? <PluginType type={type} /> : <Catalogue />;
}

function Catalogue() {
  const { t } = useTranslation();
  const { api, to } = useTenant();
  const filters = useFilters();
  const groups = useQuery({ queryKey: [api.tenant, 'plugins', 'list'], queryFn: () => api.get<Group[]>('plugins'), staleTime: Infinity });
  const icons = useQuery({ queryKey: [api.tenant, 'icons'], queryFn: () => api.get<Record<string, { icon: string }>>('plugins/icons'), staleTime: Infinity });
  const words = filters.get('q').toLowerCase().split(/\s+/).filter(Boolean);
  const fits = (one: Element) => words.every((word) => `${one.cls} ${one.title ?? ''}`.toLowerCase().includes(word));
  return (
    <>
      <PageTitle title={t('nav.plugins')} />
      <PageHeader title={t('nav.plugins')} sub={t('plugins.sub')} />
      <FilterBar filters={filters}><SearchFilter filters={filters} label={t('plugins.search')} width={340} /></FilterBar>
      <Await query={groups}>
        {(all) => {
          const shown = all.map((group) => ({ group, elements: [...group.tasks, ...group.triggers, ...group.conditions].filter(fits) })).filter((one) => one.elements.length > 0);
          return shown.length === 0 ? <Empty title={t('shell.nothing')}>{t('common.noneFoundText')}</Empty> : shown.map(({ group, elements }) => (
            <Box key={group.group} mb="lg">
              <Group gap="xs" mb="xs"><Title order={2}>{group.title}</Title><Text size="xs" c="dimmed" className="mr-mono">{group.group} {group.version}</Text></Group>
              <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }} spacing="xs">
                {elements.map((one) => (
                  <Box key={one.cls} className="mr-card" p="sm" component={Link} to={to('plugins', one.cls)} style={{ textDecoration: 'none', color: 'inherit' }}>
                    <Group gap="sm" wrap="nowrap" align="flex-start">
                      {icons.data?.[one.cls] && <img src={`data:image/svg+xml;base64,${icons.data[one.cls]?.icon}`} alt="" width={28} height={28} />}
                      <div style={{ minWidth: 0 }}>
                        <Text size="sm" fw={600} component="div">{shortType(one.cls)} {one.deprecated && <Badge size="xs" color="orange" variant="light">{t('plugins.deprecated')}</Badge>}</Text>
                        <Text size="xs" c="dimmed" lineClamp={2}>{one.title}</Text>
                      </div>
                    </Group>
                  </Box>
                ))}
              </SimpleGrid>
            </Box>
          ));
        }}
      </Await>
    </>
  );
}

function PluginType({ type }: { type: string }) {
  const { t } = useTranslation();
  const { to } = useTenant();
  return (
    <>
      <PageTitle title={shortType(type)} />
      <PageHeader title={shortType(type)} crumbs={<TextLink to={to('plugins')}>{t('nav.plugins')}</TextLink>} sub={<span className="mr-mono">{type}</span>} />
      <Box className="mr-card" p="lg" maw={880}><PluginDoc type={type} /></Box>
    </>
  );
}
