declare module '*.svg?url' {
  const address: string;
  export default address;
}
declare module '*.css';

interface ImportMeta {
  glob<T>(pattern: string, options: { query: string; import: string; eager: true }): Record<string, T>;
}
