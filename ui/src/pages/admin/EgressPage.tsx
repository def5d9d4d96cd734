// SPDX-License-Identifier: Apache-2.0
import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useTenant } from '../../app/context';
import { PageHeader, PageTitle } from '../../components/basics';
import { Egress } from './Egress';

/** Where tasks of the own tenant may connect to: said by operators, seen by its people. */
export default function EgressPage() {
  const { t } = useTranslation();
  const { api, id, to, session } = useTenant();
  return (
    <>
      <PageTitle title={t('nav.egress')} />
      <PageHeader title={t('nav.egress')} sub={t('egress.sub')}>
        {session.operator && <Button component={Link} to={to('tenants', id, 'egress')}>{t('egress.change')}</Button>}
      </PageHeader>
      <Egress api={api} path="egress" writable={false} />
    </>
  );
}
