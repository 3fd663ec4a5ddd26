/**
 * The allowed elements and attributes of an SVG: the service's published lists in lower case, and a few harmless
 * additions.
 */

export const svgElements: ReadonlySet<string> = new Set(
  `svg a altglyph altglyphdef altglyphitem animatecolor animatemotion animatetransform audio canvas circle clippath defs
  desc ellipse filter font g glyph glyphref hkern image line lineargradient marker mask metadata mpath path pattern
  polygon polyline radialgradient rect stop style switch symbol text textpath title tref tspan video view vkern feblend
  fecolormatrix fecomponenttransfer fecomposite feconvolvematrix fediffuselighting fedisplacementmap fedistantlight
  feflood fefunca fefuncb fefuncg fefuncr fegaussianblur femerge femergenode femorphology feoffset fepointlight
  fespecularlighting fespotlight fetile feturbulence fedropshadow`.split(/\s+/),
)

export const svgAttributes: ReadonlySet<string> = new Set(
  `accent-height accumulate additive additivive alignment-baseline ascent attributename attributetype azimuth
  basefrequency baseline-shift begin bias by class clip clip-path clip-rule color color-interpolation
  color-interpolation-filters color-profile color-rendering cx cy d dx dy diffuseconstant direction display divisor dur
  edgemode elevation end fill fill-opacity fill-rule filter filterunits flood-color flood-opacity font-family font-size
  font-size-adjust font-stretch font-style font-variant font-weight fx fy g1 g2 glyph-name glyphref gradientunits
  gradienttransform height href id image-rendering in in2 k k1 k2 k3 k4 kerning keypoints keysplines keytimes lang
  lengthadjust letter-spacing kernelmatrix kernelunitlength lighting-color local marker-end marker-mid marker-start
  markerheight markerunits markerwidth maskcontentunits maskunits max mask media method mode min name numoctaves offset
  operator opacity order orient orientation origin overflow paint-order path pathlength patterncontentunits
  patterntransform patternunits points preservealpha preserveaspectratio r rx ry radius refx refy repeatcount repeatdur
  restart result rotate scale seed shape-rendering specularconstant specularexponent spreadmethod stddeviation
  stitchtiles stop-color stop-opacity stroke-dasharray stroke-dashoffset stroke-linecap stroke-linejoin
  stroke-miterlimit stroke-opacity stroke stroke-width style surfacescale tabindex tablevalues targetx targety transform
  text-anchor text-decoration text-rendering textlength type u1 u2 unicode values viewbox visibility vert-adv-y
  vert-origin-x vert-origin-y width word-spacing wrap writing-mode xchannelselector ychannelselector x x1 x2 xmlns y y1
  y2 z zoomandpan
  xlink:href xlink:title xmlns:xlink xml:space version clippathunits primitiveunits mask-type enable-background
  aria-label aria-hidden aria-labelledby role`.split(/\s+/),
)
