/**
 * The launcher's looks. They stand in a shadow tree, so that a site's own style sheets do not reach them; sizes are in px,
 * because a site may have set the root's font size to anything.
 */
export const STYLES = `
:host{all:initial!important;position:fixed!important;z-index:2147483000!important;inset:auto!important;display:block!important;color-scheme:light}
:host([data-theme=dark]){color-scheme:dark}
*{box-sizing:border-box;margin:0}
.button,.panel{position:fixed;font:500 16px/1.3 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif}
.button{bottom:calc(20px + env(safe-area-inset-bottom));right:calc(20px + env(safe-area-inset-right));display:flex;align-items:center;justify-content:center;gap:10px;min-width:56px;height:56px;max-width:min(320px,calc(100vw - 40px));padding:0 16px;border:0;border-radius:28px;background:var(--accent);color:var(--ink);cursor:pointer;box-shadow:0 6px 24px rgb(0 0 0/.22),0 0 0 1px rgb(255 255 255/.16);transition:transform .16s,box-shadow .16s}
.left .button{right:auto;left:calc(20px + env(safe-area-inset-left))}
.button:hover{transform:translateY(-1px);box-shadow:0 8px 28px rgb(0 0 0/.28),0 0 0 1px rgb(255 255 255/.16)}
.button span{overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
.button span:empty{display:none}
:focus-visible{outline:3px solid var(--accent);outline-offset:3px;box-shadow:0 0 0 3px Canvas}
svg{flex:none;width:24px;height:24px;fill:none;stroke:currentColor;stroke-width:2;stroke-linecap:round;stroke-linejoin:round}
.open .talk,.button .cross{display:none}
.open .button .cross{display:block}
.open .button span{display:none}
.badge{position:absolute;top:-4px;right:-4px;min-width:22px;height:22px;padding:0 6px;border-radius:11px;background:#c8102e;color:#fff;font-size:13px;font-weight:700;line-height:22px;text-align:center;box-shadow:0 0 0 2px Canvas}
.left .badge{right:auto;left:-4px}
.badge:empty{display:none}
.panel{bottom:calc(88px + env(safe-area-inset-bottom));right:calc(20px + env(safe-area-inset-right));width:min(400px,calc(100vw - 40px));height:min(660px,calc(100vh - 112px));height:min(660px,calc(100dvh - 112px));overflow:hidden;border-radius:16px;background:Canvas;color:CanvasText;box-shadow:0 16px 48px rgb(0 0 0/.28),0 0 0 1px rgb(128 128 128/.28);visibility:hidden;opacity:0;transform:translateY(12px);transition:opacity .16s,transform .16s,visibility .16s}
.left .panel{right:auto;left:calc(20px + env(safe-area-inset-left))}
.open .panel{visibility:visible;opacity:1;transform:none}
iframe{display:block;width:100%;height:100%;border:0;background:Canvas}
.wait{position:absolute;inset:0;display:flex;flex-direction:column;align-items:center;justify-content:center;gap:14px;padding:24px;text-align:center;background:Canvas}
.wait[hidden]{display:none}
.wait a{color:LinkText}
.wait button{position:absolute;top:calc(8px + env(safe-area-inset-top));right:8px;width:44px;height:44px;border:0;border-radius:22px;background:none;color:inherit;cursor:pointer}
@media (max-width:560px),(max-height:480px){
.panel,.left .panel{inset:var(--top,0) 0 auto 0;width:100%;height:var(--height,100dvh);border-radius:0;box-shadow:none}
.open .button{display:none}
}
@media (prefers-reduced-motion:reduce){*{transition:none!important}}
@media (forced-colors:active){.button,.panel{border:2px solid ButtonText}}
@media print{.button,.panel{display:none}}
`;
