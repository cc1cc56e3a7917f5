import { html } from 'lit';

/** The mark of the product, drawn in place so that it costs no request. */
export const mark = html`<svg aria-hidden="true" width="26" height="26" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">
  <rect width="32" height="32" rx="7" fill="#1c6b59" />
  <path d="M6 22.5c0-2.2 1.6-3.9 3.9-3.9h4.2c2.2 0 3.9 1.7 3.9 3.9S16.300 26 14.100 26H9.600C7.500 26 6 24.600 6 22.500z" fill="#fff" />
  <path
    d="M19.600 22.700c0-2 1.200-3.200 3-3.200h.9c1.600 0 2.700 1.300 2.700 3.200S25 26 23.400 26h-1c-1.700 0-2.800-1.300-2.800-3.300z"
    fill="#a9dccb"
  />
  <path
    d="M9.300 14c0-2 1.500-3.500 3.600-3.500h6.700c2 0 3.500 1.500 3.500 3.500s-1.500 3.200-3.500 3.200h-6.700c-2.100 0-3.600-1.300-3.600-3.200z"
    fill="#a9dccb"
  />
  <path
    d="M13 7.600C13 6.600 13.900 6 15 6h2.600c1.100 0 1.900.7 1.900 1.600s-.8 1.500-1.900 1.500H15c-1.100 0-2-.6-2-1.500z"
    fill="#fff"
  />
</svg>`;
