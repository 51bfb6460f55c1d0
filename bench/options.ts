import { InvalidArgumentError } from "commander";

/** Reads an option's value. @throws InvalidArgumentError for anything but a whole number from `least` on */
export const wholeNumberFrom =
  (least: number) =>
  (text: string): number => {
    const number = Number(text);
    if (!Number.isInteger(number) || number < least)
      throw new InvalidArgumentError(`a whole number from ${String(least)} on.`);
    return number;
  };

/** Progress goes where it is in the way of no one who reads the result. */
export const tell = (text: string): void => {
  process.stderr.write(`${text}\n`);
};
