import type { Catalog } from '../../catalog/catalog.js';
import { readInstalledPacks } from '../../catalog/versions.js';
import { may, type Route } from '../route.js';

export function packRoutes(catalog: Catalog): Route[] {
  return [
    {
      method: 'GET',
      path: '/packs',
      policy: may('edit_metadata'),
      summary: 'Installed packs with their versions',
      handler: async (scope) => ({ value: { data: await readInstalledPacks(catalog, scope.active.space) } }),
    },
  ];
}
