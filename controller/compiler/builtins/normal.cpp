// The normal distribution as a function: NORMALCDF and INVNORM (Stella).
#include "controller/compiler/builtins/builtins.hpp"
#include "controller/compiler/builtins/shared.hpp"
#include "controller/compiler/lower/lower_context.hpp"

namespace flowyard::controller::compiler {
namespace {

// Hart's approximation 5666 (Computer Approximations, 1968), the highest power first.
constexpr double kUpper[] = {3.52624965998911e-02, 0.700383064443688, 6.37396220353165, 33.912866078383,
                             112.079291497871,     221.213596169931,  220.206867912376};
constexpr double kLowerPart[] = {8.83883476483184e-02, 1.75566716318264, 16.064177579207,  86.7807322029461,
                                 296.564248779674,     637.333633378831, 793.826512519948, 440.413735824752};

// Acklam's approximation of the inverse: the middle, and the tails below 0.02425.
constexpr double kMiddleOver[] = {-3.969683028665376e+01, 2.209460984245205e+02,  -2.759285104469687e+02,
                                  1.383577518672690e+02,  -3.066479806614716e+01, 2.506628277459239e+00};
constexpr double kMiddleUnder[] = {-5.447609879822406e+01, 1.615858368580409e+02,  -1.556989798598866e+02,
                                   6.680131188771972e+01,  -1.328068155288572e+01, 1};
constexpr double kTailOver[] = {-7.784894002430293e-03, -3.223964580411365e-01, -2.400758277161838e+00,
                                -2.549732539343734e+00, 4.374664141464968e+00,  2.938163982698783e+00};
constexpr double kTailUnder[] = {7.784695709041462e-03, 3.224671290700398e-01, 2.445134137142996e+00,
                                 3.754408661907416e+00, 1};
constexpr double kTail = 0.02425;
constexpr double kRootOfTwoPi = 2.506628274631000502;

template <std::size_t N>
NodeId polynomial(LowerContext& lowering, const double (&coefficients)[N], NodeId x) {
  NodeId sum = lowering.graph.literal(coefficients[0]);
  for (std::size_t i = 1; i < N; ++i)
    sum = lowering.op(Opcode::Add, lowering.op(Opcode::Multiply, sum, x),
                      lowering.graph.literal(coefficients[i]));
  return sum;
}

// The part of a standard normal distribution below x, to about 1e-15.
NodeId normal_below(LowerContext& lowering, NodeId x) {
  const NodeId size = lowering.op(Opcode::Abs, x);
  const NodeId square = lowering.op(Opcode::Multiply, size, size);
  const NodeId bell =
      lowering.op(Opcode::Exp, lowering.op(Opcode::Multiply, square, lowering.graph.literal(-0.5)));
  const NodeId near = lowering.op(Opcode::Multiply, bell,
                                  lowering.op(Opcode::Divide, polynomial(lowering, kUpper, size),
                                              polynomial(lowering, kLowerPart, size)));
  NodeId fraction = lowering.op(Opcode::Add, size, lowering.graph.literal(0.65));
  for (const double n : {4.0, 3.0, 2.0, 1.0})
    fraction =
        lowering.op(Opcode::Add, size, lowering.op(Opcode::Divide, lowering.graph.literal(n), fraction));
  const NodeId far = lowering.op(
      Opcode::Divide, bell, lowering.op(Opcode::Multiply, fraction, lowering.graph.literal(kRootOfTwoPi)));
  const NodeId beyond = lowering.op(
      Opcode::Select, lowering.op(Opcode::Less, size, lowering.graph.literal(7.07106781186547)), near, far);
  const NodeId above = lowering.op(Opcode::Subtract, lowering.graph.literal(1), beyond);
  return lowering.op(Opcode::Select, lowering.op(Opcode::Less, lowering.graph.literal(0), x), above, beyond);
}

// NORMALCDF(left, right[, mean, deviation]): the chance of a normal number between left and right.
NodeId normal_between(LowerContext& lowering, const Expression& e, const Context& context) {
  const auto below = [&](std::size_t at) {
    const NodeId away =
        lowering.op(Opcode::Subtract, lowering.arg(e, at, context), lowering.arg_or(e, 2, 0, context));
    return normal_below(lowering, lowering.op(Opcode::Divide, away, lowering.arg_or(e, 3, 1, context)));
  };
  const NodeId right = below(1);
  return lowering.op(Opcode::Subtract, right, below(0));
}

// INVNORM(p[, mean, deviation]): below which a normal number is with the chance p.
NodeId inverse_normal(LowerContext& lowering, const Expression& e, const Context& context) {
  const NodeId p = lowering.arg(e, 0, context);
  const NodeId half = lowering.graph.literal(0.5);
  const NodeId away = lowering.op(Opcode::Subtract, p, half);
  const NodeId square = lowering.op(Opcode::Multiply, away, away);
  const NodeId middle = lowering.op(Opcode::Multiply, away,
                                    lowering.op(Opcode::Divide, polynomial(lowering, kMiddleOver, square),
                                                polynomial(lowering, kMiddleUnder, square)));
  const NodeId smaller =
      lowering.op(Opcode::Min, p, lowering.op(Opcode::Subtract, lowering.graph.literal(1), p));
  const NodeId depth = lowering.op(Opcode::Sqrt, lowering.op(Opcode::Multiply, lowering.graph.literal(-2),
                                                             lowering.op(Opcode::Ln, smaller)));
  const NodeId left = lowering.op(Opcode::Divide, polynomial(lowering, kTailOver, depth),
                                  polynomial(lowering, kTailUnder, depth));
  const NodeId outside = lowering.op(Opcode::Select, lowering.op(Opcode::Less, p, half), left,
                                     lowering.op(Opcode::Negate, left));
  const NodeId rough = lowering.op(
      Opcode::Select, lowering.op(Opcode::Less, smaller, lowering.graph.literal(kTail)), outside, middle);
  // One step of Halley's brings nine digits to sixteen.
  const NodeId error = lowering.op(Opcode::Subtract, normal_below(lowering, rough), p);
  const NodeId bell =
      lowering.op(Opcode::Exp, lowering.op(Opcode::Multiply, lowering.op(Opcode::Multiply, rough, rough),
                                           lowering.graph.literal(0.5)));
  const NodeId u = lowering.op(
      Opcode::Multiply, lowering.op(Opcode::Multiply, error, lowering.graph.literal(kRootOfTwoPi)), bell);
  const NodeId bend = lowering.op(Opcode::Multiply, lowering.op(Opcode::Multiply, rough, u), half);
  const NodeId fine =
      lowering.op(Opcode::Subtract, rough,
                  lowering.op(Opcode::Divide, u, lowering.op(Opcode::Add, lowering.graph.literal(1), bend)));
  return lowering.op(Opcode::Add, lowering.arg_or(e, 1, 0, context),
                     lowering.op(Opcode::Multiply, fine, lowering.arg_or(e, 2, 1, context)));
}

}  // namespace

Builtins normal_builtins() {
  return {
      {.name = "normalcdf",
       .least = 2,
       .most = 4,
       .lower = normal_between,
       .docs = {{Section::Arithmetic,
                 "`NORMALCDF(a, b [, mean, deviation])` | chance of a normal number between a and b (Hart, "
                 "1e-15) | Stella"}}},
      {.name = "invnorm",
       .least = 1,
       .most = 3,
       .lower = inverse_normal,
       .docs = {{Section::Arithmetic,
                 "`INVNORM(p [, mean, deviation])` | below which a normal number is with the chance p | "
                 "Stella"}}},
  };
}

}  // namespace flowyard::controller::compiler
