/**
 * The `Settings` document of managed login, as far as the pages read it, with the values of the service's default style.
 * Colours are RRGGBBAA, radii pixels.
 */
export const defaultSettings = {
  categories: {
    form: { displayGraphics: true },
    // The service's own default is LIGHT; a style that nobody has chosen follows the browser here.
    global: { colorSchemeMode: 'DYNAMIC' },
  },
  componentClasses: {
    buttons: { borderRadius: 8 },
    input: {
      borderRadius: 8,
      lightMode: {
        defaults: { backgroundColor: 'ffffffff', borderColor: '7d8998ff' },
        placeholderColor: '5f6b7aff',
      },
      darkMode: {
        defaults: { backgroundColor: '0f1b2aff', borderColor: '5f6b7aff' },
        placeholderColor: '8d99a8ff',
      },
    },
    inputDescription: { lightMode: { textColor: '5f6b7aff' }, darkMode: { textColor: '8d99a8ff' } },
    inputLabel: { lightMode: { textColor: '000716ff' }, darkMode: { textColor: 'd1d5dbff' } },
    focusState: { lightMode: { borderColor: '0972d3ff' }, darkMode: { borderColor: '539fe5ff' } },
    divider: { lightMode: { borderColor: 'ebebf0ff' }, darkMode: { borderColor: '232b37ff' } },
    link: {
      lightMode: { defaults: { textColor: '0972d3ff' }, hover: { textColor: '033160ff' } },
      darkMode: { defaults: { textColor: '539fe5ff' }, hover: { textColor: '89bdeeff' } },
    },
    statusIndicator: {
      lightMode: {
        error: { backgroundColor: 'fff7f7ff', borderColor: 'd91515ff', indicatorColor: 'd91515ff' },
        success: { backgroundColor: 'f2fcf3ff', borderColor: '037f0cff', indicatorColor: '037f0cff' },
        warning: { backgroundColor: 'fffce9ff', borderColor: '8d6605ff', indicatorColor: '8d6605ff' },
      },
      darkMode: {
        error: { backgroundColor: '1a0000ff', borderColor: 'eb6f6fff', indicatorColor: 'eb6f6fff' },
        success: { backgroundColor: '001a02ff', borderColor: '29ad32ff', indicatorColor: '29ad32ff' },
        warning: { backgroundColor: '1d1906ff', borderColor: 'e0ca57ff', indicatorColor: 'e0ca57ff' },
      },
    },
  },
  components: {
    alert: {
      borderRadius: 12,
      lightMode: { error: { backgroundColor: 'fff7f7ff', borderColor: 'd91515ff' } },
      darkMode: { error: { backgroundColor: '1a0000ff', borderColor: 'eb6f6fff' } },
    },
    form: {
      borderRadius: 8,
      lightMode: { backgroundColor: 'ffffffff', borderColor: 'c6c6cdff' },
      darkMode: { backgroundColor: '0f1b2aff', borderColor: '424650ff' },
    },
    pageBackground: {
      image: { enabled: true },
      lightMode: { color: 'ffffffff' },
      darkMode: { color: '0f1b2aff' },
    },
    pageText: {
      lightMode: { headingColor: '000716ff', bodyColor: '414d5cff', descriptionColor: '414d5cff' },
      darkMode: { headingColor: 'd1d5dbff', bodyColor: 'b6bec9ff', descriptionColor: 'b6bec9ff' },
    },
    primaryButton: {
      lightMode: {
        defaults: { backgroundColor: '0972d3ff', textColor: 'ffffffff' },
        hover: { backgroundColor: '033160ff', textColor: 'ffffffff' },
        active: { backgroundColor: '033160ff', textColor: 'ffffffff' },
      },
      darkMode: {
        defaults: { backgroundColor: '539fe5ff', textColor: '000716ff' },
        hover: { backgroundColor: '89bdeeff', textColor: '000716ff' },
        active: { backgroundColor: '539fe5ff', textColor: '000716ff' },
      },
    },
  },
}

/** A style's settings: the tree of the default ones. */
export type BrandingSettings = typeof defaultSettings
