/**
 * Whether one of several may take one more of something that all of them share: nobody holds more than twice what is left free.
 *
 * Shape:  one that takes all it can get ends at two thirds, two at two fifths each, and so on: something is left for whoever comes next, and it need not
 *         be known how many there are. Of two there is nothing to hold back.
 * Source: dynamic thresholds of shared buffers in switches (Choudhury and Hahne, 1998), with a factor of two.
 */
export const mayTake = (held: number, free: number): boolean => held < 2 * free;
