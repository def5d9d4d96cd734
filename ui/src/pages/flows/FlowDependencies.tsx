// SPDX-License-Identifier: Apache-2.0
import { useTranslation } from 'react-i18next';
import { Dependencies } from '../../topology/Dependencies';
import { flowPath, type FlowTab } from './paths';

export default function FlowDependencies({ flow }: FlowTab) {
  const { t } = useTranslation();
  return <Dependencies source={flowPath(flow.namespace, flow.id, 'dependencies')} none={t('dependencies.none')} own={`${flow.namespace}/${flow.id}`} />;
}
