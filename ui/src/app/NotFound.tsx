// SPDX-License-Identifier: Apache-2.0
import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { Empty } from '../components/basics';
import { useTenant } from './context';

export function NotFound() {
  const { t } = useTranslation();
  const { to } = useTenant();
  return (
    <Empty title={t('notFound.title')} action={<Button component={Link} to={to()} variant="default">{t('notFound.home')}</Button>}>
      {t('notFound.text')}
    </Empty>
  );
}
