// Functions without state. Where Vensim and XMILE give one name two meanings, the number of arguments or the
// model's dialect decides.
#include <algorithm>
#include <limits>

#include "controller/compiler/builtins/builtins.hpp"
#include "controller/compiler/builtins/shared.hpp"
#include "controller/compiler/lower/lower_context.hpp"

namespace flowyard::controller::compiler {
namespace {

NodeId if_then_else(LowerContext& lowering, const Expression& e, const Context& context) {
  const NodeId condition = lowering.arg(e, 0, context);
  return lowering.op(Opcode::Select, condition, lowering.arg(e, 1, context), lowering.arg(e, 2, context));
}

// Vensim LOG(x, base) is ln x / ln base.
NodeId log(LowerContext& lowering, const Expression& e, const Context& context) {
  const NodeId x = lowering.op(Opcode::Ln, lowering.arg(e, 0, context));
  return lowering.op(Opcode::Divide, x, lowering.op(Opcode::Ln, lowering.arg_or(e, 1, 10, context)));
}

NodeId log10(LowerContext& lowering, const Expression& e, const Context& context) {
  return lowering.op(Opcode::Divide, lowering.op(Opcode::Ln, lowering.arg(e, 0, context)),
                     lowering.op(Opcode::Ln, lowering.graph.literal(10)));
}

// One argument, or arrays among several (not in Vensim): over all that they are.
bool of_arrays(LowerContext& lowering, const Expression& e, const Context& context) {
  if (e.arguments.size() == 1) return true;
  return lowering.names_whole_arrays() &&
         std::any_of(e.arguments.begin(), e.arguments.end(), [&](const Expression& argument) {
           return !lowering.iterated_ranges(argument, context).empty();
         });
}

// The least of all.
NodeId minimum(LowerContext& lowering, const Expression& e, const Context& context) {
  if (of_arrays(lowering, e, context)) return aggregate(lowering, e, context);
  NodeId least = lowering.arg(e, 0, context);
  for (std::size_t i = 1; i < e.arguments.size(); ++i)
    least = lowering.op(Opcode::Min, least, lowering.arg(e, i, context));
  return least;
}

NodeId maximum(LowerContext& lowering, const Expression& e, const Context& context) {
  if (of_arrays(lowering, e, context)) return aggregate(lowering, e, context);
  NodeId most = lowering.arg(e, 0, context);
  for (std::size_t i = 1; i < e.arguments.size(); ++i)
    most = lowering.op(Opcode::Max, most, lowering.arg(e, i, context));
  return most;
}

// The multiple of b next to a, towards 0.
NodeId quantum(LowerContext& lowering, const Expression& e, const Context& context) {
  const NodeId x = lowering.arg(e, 0, context);
  const NodeId unit = lowering.arg(e, 1, context);
  const NodeId rounded = lowering.op(Opcode::Multiply, unit,
                                     lowering.op(Opcode::Truncate, lowering.op(Opcode::Divide, x, unit)));
  return lowering.op(Opcode::Select, lowering.op(Opcode::LessEqual, unit, lowering.graph.literal(0)), x,
                     rounded);
}

// XMILE INT floors; Vensim INTEGER truncates, and so does an INT that Vensim exported.
NodeId integer(LowerContext& lowering, const Expression& e, const Context& context) {
  const bool floors = e.name.key == "int" && lowering.source().dialect != model::Dialect::XmileVensim;
  return lowering.op(floors ? Opcode::Floor : Opcode::Truncate, lowering.arg(e, 0, context));
}

NodeId modulo(LowerContext& lowering, const Expression& e, const Context& context) {
  const bool floors = e.name.key == "mod" && lowering.source().dialect != model::Dialect::XmileVensim;
  const NodeId x = lowering.arg(e, 0, context);
  return lowering.op(floors ? Opcode::FloorModulo : Opcode::Remainder, x, lowering.arg(e, 1, context));
}

NodeId zidz(LowerContext& lowering, const Expression& e, const Context& context) {
  const NodeId x = lowering.arg(e, 0, context);
  return lowering.op(Opcode::Xidz, x, lowering.arg(e, 1, context), lowering.graph.literal(0));
}

NodeId xidz(LowerContext& lowering, const Expression& e, const Context& context) {
  const NodeId x = lowering.arg(e, 0, context);
  const NodeId y = lowering.arg(e, 1, context);
  return lowering.op(Opcode::Xidz, x, y, lowering.arg(e, 2, context));
}

NodeId safe_divide(LowerContext& lowering, const Expression& e, const Context& context) {
  const NodeId x = lowering.arg(e, 0, context);
  const NodeId y = lowering.arg(e, 1, context);
  return lowering.op(Opcode::SafeDivide, x, y, lowering.arg_or(e, 2, 0, context));
}

NodeId pi(LowerContext& lowering, const Expression&, const Context&) {
  return lowering.graph.literal(3.14159265358979323846);
}

NodeId first_argument(LowerContext& lowering, const Expression& e, const Context& context) {
  return lowering.arg(e, 0, context);
}

// ROUND(x): to the nearest whole number, halves up.
NodeId round(LowerContext& lowering, const Expression& e, const Context& context) {
  return lowering.op(Opcode::Floor,
                     lowering.op(Opcode::Add, lowering.arg(e, 0, context), lowering.graph.literal(0.5)));
}

NodeId sign(LowerContext& lowering, const Expression& e, const Context& context) {
  const NodeId x = lowering.arg(e, 0, context);
  const NodeId zero = lowering.graph.literal(0);
  return lowering.op(Opcode::Subtract, lowering.op(Opcode::Less, zero, x),
                     lowering.op(Opcode::Less, x, zero));
}

// ROOTN(x, n): a negative x has a root where n is odd.
NodeId root(LowerContext& lowering, const Expression& e, const Context& context) {
  const NodeId x = lowering.arg(e, 0, context);
  const NodeId n = lowering.arg(e, 1, context);
  const NodeId size = lowering.op(Opcode::Power, lowering.op(Opcode::Abs, x),
                                  lowering.op(Opcode::Divide, lowering.graph.literal(1), n));
  const NodeId odd = lowering.op(Opcode::FloorModulo, n, lowering.graph.literal(2));
  const NodeId below = lowering.op(Opcode::Less, x, lowering.graph.literal(0));
  const NodeId none = lowering.graph.literal(std::numeric_limits<double>::quiet_NaN());
  return lowering.op(Opcode::Select, below,
                     lowering.op(Opcode::Select, odd, lowering.op(Opcode::Negate, size), none), size);
}

}  // namespace

NodeId infinity(LowerContext& lowering, const Expression&, const Context&) {
  return lowering.graph.literal(std::numeric_limits<double>::infinity());
}

Builtins arithmetic_builtins() {
  return {
      {.name = "abs",
       .least = 1,
       .most = 1,
       .opcode = Opcode::Abs,
       .units = model::UnitRule{"x", 'x'},
       .docs = {{Section::Arithmetic,
                 "`ABS(x)`, `EXP(x)`, `LN(x)`, `SQRT(x)` | as in mathematics; computed by our own vector "
                 "code, the same bits on every CPU | V, X [3.5.1]; others call the C library"}}},
      {.name = "exp", .least = 1, .most = 1, .opcode = Opcode::Exp, .units = model::UnitRule{"1", '1'}},
      {.name = "ln", .least = 1, .most = 1, .opcode = Opcode::Ln, .units = model::UnitRule{"1", '1'}},
      {.name = "sqrt", .least = 1, .most = 1, .opcode = Opcode::Sqrt, .units = model::UnitRule{"x", 's'}},
      {.name = "sin",
       .least = 1,
       .most = 1,
       .opcode = Opcode::Sin,
       .units = model::UnitRule{"1", '1'},
       .docs = {{Section::Arithmetic,
                 "`SIN(x)`, `COS(x)`, `TAN(x)`, `ARCSIN(x)`, `ARCCOS(x)`, `ARCTAN(x)` | in radians | V, X "
                 "[3.5.1]"}}},
      {.name = "cos", .least = 1, .most = 1, .opcode = Opcode::Cos, .units = model::UnitRule{"1", '1'}},
      {.name = "tan", .least = 1, .most = 1, .opcode = Opcode::Tan, .units = model::UnitRule{"1", '1'}},
      {.name = "arcsin", .least = 1, .most = 1, .opcode = Opcode::ArcSin, .units = model::UnitRule{"1", '1'}},
      {.name = "arccos", .least = 1, .most = 1, .opcode = Opcode::ArcCos, .units = model::UnitRule{"1", '1'}},
      {.name = "arctan", .least = 1, .most = 1, .opcode = Opcode::ArcTan, .units = model::UnitRule{"1", '1'}},
      {.name = "sinh",
       .least = 1,
       .most = 1,
       .opcode = Opcode::Sinh,
       .units = model::UnitRule{"1", '1'},
       .docs = {{Section::Arithmetic, "`SINH(x)`, `COSH(x)`, `TANH(x)` | hyperbolic | V"}}},
      {.name = "cosh", .least = 1, .most = 1, .opcode = Opcode::Cosh, .units = model::UnitRule{"1", '1'}},
      {.name = "tanh", .least = 1, .most = 1, .opcode = Opcode::Tanh, .units = model::UnitRule{"1", '1'}},
      {.name = "power",
       .least = 2,
       .most = 2,
       .opcode = Opcode::Power,
       .docs = {{Section::Arithmetic, "`POWER(x, y)` | x ^ y | V"}}},
      {.name = "arctan2",
       .least = 2,
       .most = 2,
       .opcode = Opcode::ArcTan2,
       .docs = {{Section::Arithmetic, "`ARCTAN2(y, x)` | angle of the point (x, y) | F"}}},
      {.name = "trunc",
       .least = 1,
       .most = 1,
       .opcode = Opcode::Truncate,
       .docs = {{Section::Arithmetic, "`TRUNC(x)` | cut towards zero | F"}}},
      {.name = "gamma_ln",
       .least = 1,
       .most = 1,
       .opcode = Opcode::GammaLn,
       .docs = {{Section::Arithmetic,
                 "`GAMMA LN(x)`, `GAMMALN(x)` | ln of the gamma function (Lanczos, relative error below "
                 "1e-13) | V, Stella; PySD has none"}}},
      {.name = "gammaln", .least = 1, .most = 1, .opcode = Opcode::GammaLn},
      {.name = "log",
       .least = 1,
       .most = 2,
       .in_vensim = 2,
       .lower = log,
       .units = model::UnitRule{"11", '1'},
       .docs = {{Section::Arithmetic, "`LOG(x [, base])` | ln x / ln base; base 10 where left out | V"}}},
      {.name = "logn",
       .least = 1,
       .most = 1,
       .opcode = Opcode::Ln,
       .docs = {{Section::Arithmetic, "`LOGN(x)` | ln x | Stella before 10"}}},
      {.name = "log10",
       .least = 1,
       .most = 1,
       .lower = log10,
       .units = model::UnitRule{"1", '1'},
       .docs = {{Section::Arithmetic,
                 "`LOG10(x)` | ln x / ln 10 | X [3.5.1]; PySD does not read it from XMILE"}}},
      {.name = "integer",
       .least = 1,
       .most = 1,
       .lower = integer,
       .units = model::UnitRule{"x", 'x'},
       .docs = {{Section::Arithmetic, "`INTEGER(x)` | cut towards zero | V"}}},
      {.name = "int",
       .least = 1,
       .most = 1,
       .lower = integer,
       .units = model::UnitRule{"x", 'x'},
       .docs = {{Section::Arithmetic,
                 "`INT(x)` | the next whole number below; towards zero where Vensim wrote the XMILE file | X "
                 "[3.5.1], T"}}},
      {.name = "min",
       .least = 1,
       .most = kAnyNumber,
       .in_vensim = 2,
       .lower = minimum,
       .units = model::UnitRule{"x", 'x', true},
       .docs = {{Section::Arithmetic,
                 "`MIN(a, b, ...)`, `MAX(a, b, ...)` | of the arguments; of a whole array where there is one "
                 "argument | V, X [3.5.1, 3.7.1]"}}},
      {.name = "max",
       .least = 1,
       .most = kAnyNumber,
       .in_vensim = 2,
       .lower = maximum,
       .units = model::UnitRule{"x", 'x', true}},
      {.name = "quantum",
       .least = 2,
       .most = 2,
       .lower = quantum,
       .units = model::UnitRule{"xx", 'x'},
       .docs = {{Section::Arithmetic,
                 "`QUANTUM(x, unit)` | the multiple of unit next to x, towards zero; x itself where unit is "
                 "not positive | V"}}},
      {.name = "modulo",
       .least = 2,
       .most = 2,
       .lower = modulo,
       .units = model::UnitRule{"xx", 'x'},
       .docs = {{Section::Arithmetic, "`MODULO(x, y)` | remainder with the sign of x | V"}}},
      {.name = "mod",
       .least = 2,
       .most = 2,
       .lower = modulo,
       .docs = {{Section::Arithmetic,
                 "`MOD(x, y)`, and `x mod y` | remainder with the sign of y; as MODULO where Vensim wrote "
                 "the XMILE file | X [3.3.1], T"}}},
      {.name = "zidz",
       .least = 2,
       .most = 2,
       .lower = zidz,
       .units = model::UnitRule{"xy", '/'},
       .docs = {{Section::Arithmetic,
                 "`ZIDZ(x, y)`, `XIDZ(x, y, otherwise)` | x / y; 0, or otherwise, where abs(y) is below 1e-6 "
                 "| V, T; simlin tests for exactly 0"}}},
      {.name = "xidz", .least = 3, .most = 3, .lower = xidz, .units = model::UnitRule{"xy?", '/'}},
      {.name = "safediv",
       .least = 2,
       .most = 3,
       .lower = safe_divide,
       .units = model::UnitRule{"xy?", '/'},
       .docs = {{Section::Arithmetic,
                 "`SAFEDIV(x, y [, otherwise])` | x / y; otherwise (0) where y is exactly 0 | X [3.5.1]"}}},
      {.name = "pi",
       .least = 0,
       .most = 0,
       .lower = pi,
       .docs = {{Section::Arithmetic,
                 "`PI`, `PI()`, `INF`, `INF()` | 3.14159..., infinity | X [3.5.1]; PySD has no INF"}}},
      {.name = "inf", .least = 0, .most = 0, .lower = infinity},
      {.name = "if_then_else",
       .least = 3,
       .most = 3,
       .lower = if_then_else,
       .units = model::UnitRule{"?xx", 'x'},
       .docs = {{Section::Arithmetic,
                 "`IF THEN ELSE(c, a, b)`, `IF(c, a, b)`, `if c then a else b` | a where c is not 0, else b "
                 "| V, X [3.3.2]"}}},
      {.name = "if", .least = 3, .most = 3, .lower = if_then_else},
      {.name = "round",
       .least = 1,
       .most = 1,
       .lower = round,
       .docs = {{Section::Arithmetic, "`ROUND(x)` | the nearest whole number, halves up | Stella"}}},
      {.name = "sign",
       .least = 1,
       .most = 1,
       .lower = sign,
       .docs = {{Section::Arithmetic, "`SIGN(x)` | -1, 0 or 1 | Stella"}}},
      {.name = "rootn",
       .least = 2,
       .most = 2,
       .lower = root,
       .docs = {{Section::Arithmetic, "`ROOTN(x, n)` | n-th root | Stella"}}},
      {.name = "game",
       .least = 1,
       .most = 1,
       .lower = first_argument,
       .units = model::UnitRule{"x", 'x'},
       .docs = {{Section::Arithmetic,
                 "`GAME(x)`, `SIMULTANEOUS(x, start)` | x | V; there is no gaming here"}}},
      {.name = "simultaneous", .least = 2, .most = 2, .lower = first_argument},
  };
}

}  // namespace flowyard::controller::compiler
