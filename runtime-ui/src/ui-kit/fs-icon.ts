import { LitElement, css, html, nothing } from 'lit';
import { property } from 'lit/decorators.js';
import { unsafeHTML } from 'lit/directives/unsafe-html.js';
import allIcons from 'lucide-static/sprite.svg?url';

/** Icons of the screens and those that objects use most travel with the code; any other Lucide name is read from the one sprite file. */
const files = import.meta.glob<string>(
  '../../../node_modules/lucide-static/icons/{activity,arrow-down,arrow-left,arrow-right,arrow-up,badge-euro,banknote,bell,book-open,box,briefcase,building,building-2,calendar,calendar-check,calendar-clock,chart-bar,chart-column,check,chevron-down,chevron-left,chevron-right,chevrons-up-down,circle-alert,circle-check,circle-dollar-sign,circle-help,circle-user,clipboard-list,clock,columns-3,contact,copy,credit-card,database,ellipsis,ellipsis-vertical,euro,external-link,file-text,filter,flag,git-branch,git-commit-horizontal,globe,graduation-cap,handshake,history,house,inbox,info,kanban,keyboard,layout-grid,layout-list,life-buoy,link,list,list-checks,list-todo,lock,log-out,mail,map-pin,megaphone,menu,message-square,milestone,minus,moon,package,paperclip,pencil,percent,phone,piggy-bank,plus,receipt,refresh-cw,rocket,rotate-ccw,rows-3,rows-4,search,settings,shield,shopping-cart,sliders-horizontal,square-kanban,star,sticky-note,store,sun,sun-moon,tag,tags,target,ticket,trash-2,triangle-alert,trophy,truck,user,user-plus,users,wifi-off,workflow,wrench,x,zap}.svg',
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
    :host([part='svg']) {
      width: 100%;
      height: 100%;
      font-size: inherit;
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
