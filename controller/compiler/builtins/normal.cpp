// The normal distribution as a function: NORMALCDF and INVNORM (Stella).
#include "controller/compiler/lower/lower.hpp"

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

}  // namespace

template <std::size_t N>
NodeId Lowerer::polynomial(const double (&coefficients)[N], NodeId x) {
  NodeId sum = graph.literal(coefficients[0]);
  for (std::size_t i = 1; i < N; ++i)
    sum = op(Opcode::Add, op(Opcode::Multiply, sum, x), graph.literal(coefficients[i]));
  return sum;
}

// The part of a standard normal distribution below x, to about 1e-15.
NodeId Lowerer::normal_below(NodeId x) {
  const NodeId size = op(Opcode::Abs, x);
  const NodeId square = op(Opcode::Multiply, size, size);
  const NodeId bell = op(Opcode::Exp, op(Opcode::Multiply, square, graph.literal(-0.5)));
  const NodeId near =
      op(Opcode::Multiply, bell, op(Opcode::Divide, polynomial(kUpper, size), polynomial(kLowerPart, size)));
  NodeId fraction = op(Opcode::Add, size, graph.literal(0.65));
  for (const double n : {4.0, 3.0, 2.0, 1.0})
    fraction = op(Opcode::Add, size, op(Opcode::Divide, graph.literal(n), fraction));
  const NodeId far = op(Opcode::Divide, bell, op(Opcode::Multiply, fraction, graph.literal(kRootOfTwoPi)));
  const NodeId beyond =
      op(Opcode::Select, op(Opcode::Less, size, graph.literal(7.07106781186547)), near, far);
  const NodeId above = op(Opcode::Subtract, graph.literal(1), beyond);
  return op(Opcode::Select, op(Opcode::Less, graph.literal(0), x), above, beyond);
}

// NORMALCDF(left, right[, mean, deviation]): the chance of a normal number between left and right.
NodeId Lowerer::normal_between(const Expression& e, const Context& context) {
  const auto below = [&](std::size_t at) {
    const NodeId away = op(Opcode::Subtract, arg(e, at, context), arg_or(e, 2, 0, context));
    return normal_below(op(Opcode::Divide, away, arg_or(e, 3, 1, context)));
  };
  const NodeId right = below(1);
  return op(Opcode::Subtract, right, below(0));
}

// INVNORM(p[, mean, deviation]): below which a normal number is with the chance p.
NodeId Lowerer::inverse_normal(const Expression& e, const Context& context) {
  const NodeId p = arg(e, 0, context);
  const NodeId half = graph.literal(0.5);
  const NodeId away = op(Opcode::Subtract, p, half);
  const NodeId square = op(Opcode::Multiply, away, away);
  const NodeId middle =
      op(Opcode::Multiply, away,
         op(Opcode::Divide, polynomial(kMiddleOver, square), polynomial(kMiddleUnder, square)));
  const NodeId smaller = op(Opcode::Min, p, op(Opcode::Subtract, graph.literal(1), p));
  const NodeId depth = op(Opcode::Sqrt, op(Opcode::Multiply, graph.literal(-2), op(Opcode::Ln, smaller)));
  const NodeId left = op(Opcode::Divide, polynomial(kTailOver, depth), polynomial(kTailUnder, depth));
  const NodeId outside = op(Opcode::Select, op(Opcode::Less, p, half), left, op(Opcode::Negate, left));
  const NodeId rough = op(Opcode::Select, op(Opcode::Less, smaller, graph.literal(kTail)), outside, middle);
  // One step of Halley's brings nine digits to sixteen.
  const NodeId error = op(Opcode::Subtract, normal_below(rough), p);
  const NodeId bell =
      op(Opcode::Exp, op(Opcode::Multiply, op(Opcode::Multiply, rough, rough), graph.literal(0.5)));
  const NodeId u = op(Opcode::Multiply, op(Opcode::Multiply, error, graph.literal(kRootOfTwoPi)), bell);
  const NodeId bend = op(Opcode::Multiply, op(Opcode::Multiply, rough, u), half);
  const NodeId fine =
      op(Opcode::Subtract, rough, op(Opcode::Divide, u, op(Opcode::Add, graph.literal(1), bend)));
  return op(Opcode::Add, arg_or(e, 1, 0, context), op(Opcode::Multiply, fine, arg_or(e, 2, 1, context)));
}

}  // namespace flowyard::controller::compiler
