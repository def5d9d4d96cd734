// SPDX-License-Identifier: Apache-2.0
import { useTranslation } from 'react-i18next';
import { useNavigate, useParams } from 'react-router';
import { path } from '../../api/client';
import { useTenant } from '../../app/context';
import { PageHeader, PageTitle, TextLink } from '../../components/basics';
import { TabBar } from '../../components/TabBar';
import { Dependencies } from '../../topology/Dependencies';
import { Bindings } from '../admin/Bindings';
import { FilesView } from './FilesView';
import { GitOfNamespace } from './GitDetail';
import { KvList } from './KvPage';
import { Inherited, Settings } from './NamespaceSettings';
import { SecretList } from './SecretsPage';
import { SubscriptionsView } from './SubscriptionsView';

const TABS = { files: 'FILE_READ', kv: 'KV_READ', secrets: 'SECRET_READ', git: 'FLOW_READ', subscriptions: 'FLOW_READ', access: 'BINDING_READ', settings: 'NAMESPACE_READ', inherited: 'NAMESPACE_READ', dependencies: 'FLOW_READ' } as const;
type Tab = keyof typeof TABS;

export default function NamespacePage() {
  const { t } = useTranslation();
  const { namespace = '', tab = 'files' } = useParams();
  const { to, can } = useTenant();
  const navigate = useNavigate();
  // who may do what is the whole tenant's
  const shown = (Object.keys(TABS) as Tab[]).filter((id) => can(TABS[id], id === 'access' ? '' : namespace));
  const current = shown.find((id) => id === tab) ?? shown[0];
  const below = (page: string) => `${to(page)}?namespace=${encodeURIComponent(namespace)}`;
  return (
    <>
      <PageTitle title={namespace} />
      <PageHeader title={namespace} crumbs={<TextLink to={to('namespaces')}>{t('nav.namespaces')}</TextLink>} sub={<><TextLink to={below('flows')}>{t('namespaces.flows')}</TextLink> · <TextLink to={below('executions')}>{t('namespaces.executions')}</TextLink></>} />
      <TabBar value={current ?? null} tabs={shown} nameOf={(id) => t(`namespaceTab.${id}`)} onChange={(next) => void navigate(to('namespaces', namespace, next))} />
      {current === 'files' && <FilesView namespace={namespace} key={namespace} />}
      {current === 'kv' && <KvList namespace={namespace} />}
      {current === 'secrets' && <SecretList namespace={namespace} />}
      {current === 'git' && <GitOfNamespace namespace={namespace} key={namespace} />}
      {current === 'subscriptions' && <SubscriptionsView namespace={namespace} key={namespace} />}
      {current === 'access' && <Bindings namespace={namespace} key={namespace} />}
      {current === 'settings' && <Settings namespace={namespace} key={namespace} />}
      {current === 'inherited' && <Inherited namespace={namespace} />}
      {current === 'dependencies' && <Dependencies source={`namespaces/${path(namespace)}/dependencies`} none={t('dependencies.noneHere')} />}
    </>
  );
}
