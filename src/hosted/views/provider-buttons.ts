import type { Image } from '../branding/image.ts'
import type { Scene } from './page-view.ts'

export interface ProviderButton {
  /** Identifies the provider to a style's stylesheet. */
  name: string
  url: string
  label: string
  icon: Image | undefined
  /** A social provider, whose logo stands where the style has no icon; '' for others. */
  logo: string
}

/** They are named by their type. */
const socialProviders = ['Google', 'Facebook', 'SignInWithApple', 'LoginWithAmazon']
const commonNames: Record<string, string> = { LoginWithAmazon: 'Amazon', SignInWithApple: 'Apple' }

/** The providers that the style lists come first, in its order. */
export function providerButtons({ t, brand, signInWith }: Scene, providers: string[]): ProviderButton[] {
  if (brand?.showsProviders === false) return []
  const order = brand?.providerOrder ?? []
  const place = (name: string) => (order.includes(name) ? order.indexOf(name) : order.length)
  return providers
    .toSorted((one, other) => place(one) - place(other))
    .map((name) => ({
      name,
      url: signInWith(name),
      label: t('provider.continue', { provider: Object.hasOwn(commonNames, name) ? commonNames[name]! : name }),
      icon: brand?.providerIcon(name),
      logo: socialProviders.includes(name) && brand?.showsProviderIcons !== false ? name : '',
    }))
}
