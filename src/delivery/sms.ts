export const isPhoneNumber = (number: string): boolean => /^\+[1-9]\d{3,14}$/.test(number)

export const invalidPhoneNumber = 'the phone number is not one'
