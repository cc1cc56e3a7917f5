import { LitElement, css, html, nothing } from 'lit';
import { property } from 'lit/decorators.js';
import { unsafeHTML } from 'lit/directives/unsafe-html.js';
import allIcons from 'lucide-static/sprite.svg?url';

/** Icons of the screens and those that objects use most travel with the code; any other Lucide name is read from the one sprite file. */
const files = import.meta.glob<string>(
  '../../../node_modules/lucide-static/icons/{activity,arrow-down,arrow-up,arrow-left,arrow-right,bell,box,briefcase,building,building-2,calendar,check,chevron-down,chevron-left,chevron-right,chevrons-up-down,circle-alert,circle-help,circle-check,circle-user,clock,columns-3,contact,copy,ellipsis,ellipsis-vertical,external-link,file-text,filter,flag,folder,git-branch,git-commit-horizontal,handshake,history,house,info,inbox,keyboard,kanban,layout-list,layout-grid,link,list,list-checks,lock,log-out,mail,map-pin,menu,message-square,milestone,minus,moon,package,pencil,phone,plus,refresh-cw,rotate-ccw,rows-3,rows-4,search,settings,sliders-horizontal,square-kanban,star,sun,sun-moon,tag,target,ticket,trash-2,trophy,triangle-alert,user,user-plus,users,wifi-off,workflow,wrench,x}.svg',
  { query: '?raw', import: 'default', eager: true },
);

const inline = new Map(Object.entries(files).map(([path, text]) => [path.slice(path.lastIndexOf('/') + 1, -'.svg'.length), text]));

/**
 * @summary A Lucide icon by name. It is decoration: the control it stands in carries the name for assistive technology.
 */
export class FsIcon extends LitElement {
  static override styles = css`
    :host {
      display: inline-flex;
      flex: none;
      width: 1em;
      height: 1em;
      font-size: 16px;
      vertical-align: -0.125em;
    }
    svg {
      width: 1em;
      height: 1em;
    }
  `;

  @property() name = 'box';

  override connectedCallback() {
    super.connectedCallback();
    this.setAttribute('aria-hidden', 'true');
  }

  override render() {
    if (this.name === '') return nothing;
    const text = inline.get(this.name);
    // The text is a file of this build, never data.
    if (text !== undefined) return unsafeHTML(text);
    const known = /^[a-z0-9-]{1,60}$/.test(this.name) ? this.name : 'box';
    return html`<svg fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round">
      <use href="${allIcons}#${known}"></use>
    </svg>`;
  }
}

customElements.define('fs-icon', FsIcon);
