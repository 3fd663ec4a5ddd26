/**
 * The `Settings` document of managed login with the values of the service's default style. It is also the schema: a
 * style may set what is listed here. Colours are RRGGBBAA, radii are in pixels.
 */
export const defaultSettings = {
  categories: {
    auth: {
      authMethodOrder: [
        [
          { display: 'BUTTON', type: 'FEDERATED' },
          { display: 'INPUT', type: 'USERNAME_PASSWORD' },
        ],
      ],
      federation: { interfaceStyle: 'BUTTON_LIST', order: [] as string[] },
    },
    form: {
      displayGraphics: true,
      instructions: { enabled: false },
      languageSelector: { enabled: false },
      location: { horizontal: 'CENTER', vertical: 'CENTER' },
      sessionTimerDisplay: 'NONE',
    },
    global: {
      colorSchemeMode: 'LIGHT',
      pageFooter: { enabled: false },
      pageHeader: { enabled: false },
      spacingDensity: 'REGULAR',
    },
    signUp: { acceptanceElements: [{ enforcement: 'NONE', textKey: 'en' }] },
  },
  componentClasses: {
    buttons: { borderRadius: 8 },
    divider: { lightMode: { borderColor: 'ebebf0ff' }, darkMode: { borderColor: '232b37ff' } },
    dropDown: {
      borderRadius: 8,
      lightMode: {
        defaults: { itemBackgroundColor: 'ffffffff' },
        hover: { itemBackgroundColor: 'f4f4f4ff', itemBorderColor: '7d8998ff', itemTextColor: '000716ff' },
        match: { itemBackgroundColor: '414d5cff', itemTextColor: '0972d3ff' },
      },
      darkMode: {
        defaults: { itemBackgroundColor: '192534ff' },
        hover: { itemBackgroundColor: '081120ff', itemBorderColor: '5f6b7aff', itemTextColor: 'e9ebedff' },
        match: { itemBackgroundColor: 'd1d5dbff', itemTextColor: '89bdeeff' },
      },
    },
    focusState: { lightMode: { borderColor: '0972d3ff' }, darkMode: { borderColor: '539fe5ff' } },
    idpButtons: { icons: { enabled: true } },
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
    link: {
      lightMode: { defaults: { textColor: '0972d3ff' }, hover: { textColor: '033160ff' } },
      darkMode: { defaults: { textColor: '539fe5ff' }, hover: { textColor: '89bdeeff' } },
    },
    optionControls: {
      lightMode: {
        defaults: { backgroundColor: 'ffffffff', borderColor: '7d8998ff' },
        selected: { backgroundColor: '0972d3ff', foregroundColor: 'ffffffff' },
      },
      darkMode: {
        defaults: { backgroundColor: '0f1b2aff', borderColor: '7d8998ff' },
        selected: { backgroundColor: '539fe5ff', foregroundColor: '000716ff' },
      },
    },
    statusIndicator: {
      lightMode: {
        error: { backgroundColor: 'fff7f7ff', borderColor: 'd91515ff', indicatorColor: 'd91515ff' },
        pending: { indicatorColor: 'AAAAAAAA' },
        success: { backgroundColor: 'f2fcf3ff', borderColor: '037f0cff', indicatorColor: '037f0cff' },
        warning: { backgroundColor: 'fffce9ff', borderColor: '8d6605ff', indicatorColor: '8d6605ff' },
      },
      darkMode: {
        error: { backgroundColor: '1a0000ff', borderColor: 'eb6f6fff', indicatorColor: 'eb6f6fff' },
        pending: { indicatorColor: 'AAAAAAAA' },
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
    favicon: { enabledTypes: ['ICO', 'SVG'] },
    form: {
      borderRadius: 8,
      backgroundImage: { enabled: false },
      logo: { enabled: false, location: 'CENTER', position: 'TOP', formInclusion: 'IN' },
      lightMode: { backgroundColor: 'ffffffff', borderColor: 'c6c6cdff' },
      darkMode: { backgroundColor: '0f1b2aff', borderColor: '424650ff' },
    },
    idpButton: {
      standard: {
        lightMode: {
          defaults: { backgroundColor: 'ffffffff', borderColor: '424650ff', textColor: '424650ff' },
          hover: { backgroundColor: 'f2f8fdff', borderColor: '033160ff', textColor: '033160ff' },
          active: { backgroundColor: 'd3e7f9ff', borderColor: '033160ff', textColor: '033160ff' },
        },
        darkMode: {
          defaults: { backgroundColor: '0f1b2aff', borderColor: 'c6c6cdff', textColor: 'c6c6cdff' },
          hover: { backgroundColor: '192534ff', borderColor: '89bdeeff', textColor: '89bdeeff' },
          active: { backgroundColor: '354150ff', borderColor: '89bdeeff', textColor: '89bdeeff' },
        },
      },
      custom: {},
    },
    pageBackground: {
      image: { enabled: true },
      lightMode: { color: 'ffffffff' },
      darkMode: { color: '0f1b2aff' },
    },
    pageFooter: {
      backgroundImage: { enabled: false },
      logo: { enabled: false, location: 'START' },
      lightMode: { background: { color: 'fafafaff' }, borderColor: 'd5dbdbff' },
      darkMode: { background: { color: '0f141aff' }, borderColor: '424650ff' },
    },
    pageHeader: {
      backgroundImage: { enabled: false },
      logo: { enabled: false, location: 'START' },
      lightMode: { background: { color: 'fafafaff' }, borderColor: 'd5dbdbff' },
      darkMode: { background: { color: '0f141aff' }, borderColor: '424650ff' },
    },
    pageText: {
      lightMode: { headingColor: '000716ff', bodyColor: '414d5cff', descriptionColor: '414d5cff' },
      darkMode: { headingColor: 'd1d5dbff', bodyColor: 'b6bec9ff', descriptionColor: 'b6bec9ff' },
    },
    phoneNumberSelector: { displayType: 'TEXT' },
    primaryButton: {
      lightMode: {
        defaults: { backgroundColor: '0972d3ff', textColor: 'ffffffff' },
        hover: { backgroundColor: '033160ff', textColor: 'ffffffff' },
        active: { backgroundColor: '033160ff', textColor: 'ffffffff' },
        disabled: { backgroundColor: 'ffffffff', borderColor: 'ffffffff' },
      },
      darkMode: {
        defaults: { backgroundColor: '539fe5ff', textColor: '000716ff' },
        hover: { backgroundColor: '89bdeeff', textColor: '000716ff' },
        active: { backgroundColor: '539fe5ff', textColor: '000716ff' },
        disabled: { backgroundColor: 'ffffffff', borderColor: 'ffffffff' },
      },
    },
    secondaryButton: {
      lightMode: {
        defaults: { backgroundColor: 'ffffffff', borderColor: '0972d3ff', textColor: '0972d3ff' },
        hover: { backgroundColor: 'f2f8fdff', borderColor: '033160ff', textColor: '033160ff' },
        active: { backgroundColor: 'd3e7f9ff', borderColor: '033160ff', textColor: '033160ff' },
      },
      darkMode: {
        defaults: { backgroundColor: '0f1b2aff', borderColor: '539fe5ff', textColor: '539fe5ff' },
        hover: { backgroundColor: '192534ff', borderColor: '89bdeeff', textColor: '89bdeeff' },
        active: { backgroundColor: '354150ff', borderColor: '89bdeeff', textColor: '89bdeeff' },
      },
    },
  },
}

/** A style's settings, completed with the defaults. */
export type BrandingSettings = typeof defaultSettings
