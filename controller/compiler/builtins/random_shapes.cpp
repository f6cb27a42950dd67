// Random numbers that no distribution of the engine gives: they are computed from uniform and normal ones.
#include "controller/compiler/builtins/builtins.hpp"
#include "controller/compiler/builtins/shared.hpp"
#include "controller/compiler/lower/lower_context.hpp"

namespace flowyard::controller::compiler {
namespace {

// RANDOM TRIANGULAR(least, most, start, peak, end), TRIANGULAR(start, peak, end), by the inverse of the
// distribution; the least and the most that lie inside cut the uniform number that it begins with.
template <bool has_ends>
NodeId triangular(LowerContext& lowering, const Expression& e, const Context& context) {
  NodeId u = uniform(lowering, e, context);
  const std::size_t at = has_ends ? 2 : 0;
  const NodeId low = lowering.arg(e, at, context);
  const NodeId mode = lowering.arg(e, at + 1, context);
  const NodeId high = lowering.arg(e, at + 2, context);
  const NodeId zero = lowering.graph.literal(0);
  const NodeId one = lowering.graph.literal(1);
  const NodeId width = lowering.op(Opcode::Subtract, high, low);
  const NodeId rise = lowering.op(Opcode::Subtract, mode, low);
  const NodeId fall = lowering.op(Opcode::Subtract, high, mode);
  const auto product = [&](NodeId a, NodeId b) { return lowering.op(Opcode::Multiply, a, b); };
  const auto part_below = [&](NodeId x) {
    const NodeId inside = lowering.op(Opcode::Min, lowering.op(Opcode::Max, x, low), high);
    const NodeId from_low = lowering.op(Opcode::Subtract, inside, low);
    const NodeId to_high = lowering.op(Opcode::Subtract, high, inside);
    const NodeId left =
        lowering.op(Opcode::SafeDivide, product(from_low, from_low), product(width, rise), zero);
    const NodeId right =
        lowering.op(Opcode::SafeDivide, product(to_high, to_high), product(width, fall), zero);
    return lowering.op(Opcode::Select, lowering.op(Opcode::Less, inside, mode), left,
                       lowering.op(Opcode::Subtract, one, right));
  };
  if (has_ends) {
    const NodeId least = part_below(lowering.arg(e, 0, context));
    const NodeId most = part_below(lowering.arg(e, 1, context));
    u = lowering.op(Opcode::Add, least, product(lowering.op(Opcode::Subtract, most, least), u));
  }
  const NodeId left = lowering.op(Opcode::Sqrt, product(u, product(width, rise)));
  const NodeId rest = product(lowering.op(Opcode::Subtract, one, u), width);
  const NodeId right = lowering.op(Opcode::Sqrt, product(rest, fall));
  const NodeId is_left = lowering.op(Opcode::Less, product(u, width), rise);
  return lowering.op(Opcode::Select, is_left, lowering.op(Opcode::Add, low, left),
                     lowering.op(Opcode::Subtract, high, right));
}

// RANDOM LOOKUP(table, least, most, shift, stretch[, seed]): the table is the density. The number is found
// where the area below it reaches a uniform number between the areas at the ends, by halving the space
// between them.
NodeId random_lookup(LowerContext& lowering, const Expression& e, const Context& context) {
  constexpr int kHalvings = 50;
  const auto table = lowering.table_of(e.arguments[0], context);
  if (!table) return lowering.graph.literal(0);
  const engine::Table& density = lowering.tables[*table];
  const NodeId first = lowering.graph.literal(lowering.xs[density.first]);
  const NodeId last = lowering.graph.literal(lowering.xs[density.first + density.count - 1]);
  const NodeId shift = lowering.arg(e, 3, context);
  const NodeId stretch = lowering.arg(e, 4, context);
  const auto inside = [&](std::size_t end) {
    const NodeId x = lowering.op(
        Opcode::Divide, lowering.op(Opcode::Subtract, lowering.arg(e, end, context), shift), stretch);
    return lowering.op(Opcode::Min, lowering.op(Opcode::Max, x, first), last);
  };
  const auto area = [&](NodeId x) { return lowering.op(Opcode::LookupIntegral, x, *table); };
  NodeId low = inside(1);
  NodeId high = inside(2);
  const NodeId below = area(low);
  const NodeId drawn = uniform(lowering, e, context);
  const NodeId wanted =
      lowering.op(Opcode::Add, below,
                  lowering.op(Opcode::Multiply, drawn, lowering.op(Opcode::Subtract, area(high), below)));
  for (int i = 0; i < kHalvings; ++i) {
    const NodeId middle =
        lowering.op(Opcode::Multiply, lowering.op(Opcode::Add, low, high), lowering.graph.literal(0.5));
    const NodeId more = lowering.op(Opcode::Less, area(middle), wanted);
    low = lowering.op(Opcode::Select, more, middle, low);
    high = lowering.op(Opcode::Select, more, high, middle);
  }
  return lowering.op(Opcode::Add, shift, lowering.op(Opcode::Multiply, stretch, high));
}

// RANDOM PINK NOISE(mean, deviation, correlation time[, seed]): the smooth over the correlation time of white
// noise, as strong as keeps the deviation for any time step; at the start the mean.
NodeId pink_noise(LowerContext& lowering, const Expression& e, const Context& context) {
  return lowering.synthesized_stock(
      e, context, 0, [&lowering, &e](const Context& c) { return lowering.arg(e, 0, c); },
      [&lowering, &e](const Context& c) {
        const NodeId own =
            lowering.graph.leaf(NodeKind::Stock, lowering.memory.stocks.at(lowering.key_of(e, c, 0)));
        const NodeId part = lowering.op(Opcode::Divide, lowering.step(c), lowering.arg(e, 2, c));
        const NodeId ratio =
            lowering.op(Opcode::Divide, lowering.op(Opcode::Subtract, lowering.graph.literal(2), part), part);
        const NodeId strength =
            lowering.op(Opcode::Multiply, lowering.arg(e, 1, c), lowering.op(Opcode::Sqrt, ratio));
        const NodeId normal =
            lowering.graph.operation(Opcode::RandomNormal, stream_of(lowering, e, c), 0, 0, true);
        const NodeId white =
            lowering.op(Opcode::Add, lowering.arg(e, 0, c), lowering.op(Opcode::Multiply, strength, normal));
        return lowering.op(Opcode::Divide, lowering.op(Opcode::Subtract, white, own), lowering.arg(e, 2, c));
      });
}

}  // namespace

Builtins random_shape_builtins() {
  return {
      {.name = "random_triangular",
       .least = 5,
       .most = 6,
       .lower = triangular<true>,
       .lint = {{0, ArgumentRule::NotAboveNext, "its least value"},
                {2, ArgumentRule::NotAboveNext, "its start"},
                {3, ArgumentRule::NotAboveNext, "its peak"}},
       .docs = {{Section::Random,
                 "`RANDOM TRIANGULAR(low, high, start, peak, stop [, seed])`, `TRIANGULAR(low, mode, high)` "
                 "| V, Stella"}}},
      {.name = "triangular",
       .least = 3,
       .most = 6,
       .lower = triangular<false>,
       .lint = {{0, ArgumentRule::NotAboveNext, "its least value"},
                {1, ArgumentRule::NotAboveNext, "its mode"}}},
      {.name = "random_lookup",
       .least = 5,
       .most = 6,
       .lower = random_lookup,
       .docs =
           {{Section::Random,
             "`RANDOM LOOKUP(table, low, high, shift, stretch [, seed])`: the table is the density | V"}}},
      {.name = "random_pink_noise",
       .least = 3,
       .most = 4,
       .lower = pink_noise,
       .lint = {{1, ArgumentRule::NotNegative, "its deviation"},
                {2, ArgumentRule::AboveZero, "its correlation time"}},
       .docs =
           {{Section::Random,
             "`RANDOM PINK NOISE(mean, deviation, t, seed)`: correlated over t, beginning at its mean | V"}}},
  };
}

}  // namespace flowyard::controller::compiler
