import * as tf from '@tensorflow/tfjs';

/** log(1 + eˣ), finite for every finite x. */
export function softplus(x: tf.Tensor): tf.Tensor {
  return tf.add(tf.relu(x), tf.log1p(tf.exp(tf.neg(tf.abs(x)))));
}

/** 1 / (1 + e^−x) without an overflow on the way. */
export function sigmoid(x: tf.Tensor): tf.Tensor {
  const exponential = tf.exp(tf.neg(tf.abs(x)));
  const numerator = tf.where(tf.less(x, 0), exponential, tf.onesLike(x));
  return tf.div(numerator, tf.add(exponential, 1));
}

/** `x` where the weights are not 0, which they are for all numbers of a row; else 0, even where `x` is NaN. */
export function maskedBy<T extends tf.Tensor>(weights: tf.Tensor, x: T): T {
  return tf.where(tf.broadcastTo(tf.notEqual(weights, 0), x.shape), x, tf.zerosLike(x));
}

/** log(e^own + others), for own of 0 or less; at 0 the others are not lost beside 1 where the device's log1p is exact. */
export function logSum(own: tf.Tensor, others: tf.Tensor): tf.Tensor {
  return tf.where(tf.equal(own, 0), tf.log1p(others), tf.log(tf.add(tf.exp(own), others)));
}
