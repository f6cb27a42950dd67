// Random functions. Their numbers are keyed by variable, element and place in the equation; seed arguments
// are ignored, since the seed belongs to the run.
#include "worker/engine/random.hpp"

#include <limits>

#include "common/base/philox.hpp"
#include "controller/compiler/builtins/builtins.hpp"
#include "controller/compiler/builtins/shared.hpp"
#include "controller/compiler/lower/lower_context.hpp"

namespace flowyard::controller::compiler {
namespace {

// One number of a distribution: which arguments are its parameters, shift, stretch and ends.
struct Draw {
  engine::Distribution distribution;
  NodeId first;
  NodeId second;
  NodeId shift;
  NodeId stretch;
  NodeId least;
  NodeId most;
};

using engine::Distribution;

// How a function's arguments are laid out. Vensim: (least, most, parameters..., shift, stretch, seed), XMILE:
// (parameters..., seed, least, most).
struct Layout {
  const char* name;
  Distribution distribution;
  int parameters;
  bool vensim;
};

constexpr Layout kLayouts[] = {
    {"random_normal", Distribution::Normal, 0, true},
    {"random_exponential", Distribution::Exponential, 0, true},
    {"random_poisson", Distribution::Poisson, 1, true},
    {"random_gamma", Distribution::Gamma, 1, true},
    {"random_beta", Distribution::Beta, 2, true},
    {"random_binomial", Distribution::Binomial, 2, true},
    {"random_negative_binomial", Distribution::NegativeBinomial, 2, true},
    {"random_weibull", Distribution::Weibull, 1, true},
    {"lognormal", Distribution::LogNormal, 2, false},
    {"poisson", Distribution::Poisson, 1, false},
    {"beta", Distribution::Beta, 2, false},
    {"geometric", Distribution::Geometric, 1, false},
};

NodeId triangular(LowerContext& lowering, const Expression& e, const Context& context, NodeId u);

// One stream for each place and element. Its hash is made of names, not of positions in the model, so that
// adding a variable leaves the noise of the others alone.
std::uint32_t stream_of(LowerContext& lowering, const Expression& e, const Context& context) {
  const auto [entry, is_new] = lowering.memory.streams.try_emplace(lowering.key_of(e, context, 0), 0);
  if (!is_new) return entry->second;
  std::string names = context.owner;
  for (const auto* bindings : {&context.left, &context.iterating})
    for (const Binding& binding : *bindings)
      names += "\n" + lowering.dimensions().element(binding.element).key;
  std::uint64_t hash = stable_hash(names);
  hash += 0x9E3779B97F4A7C15U * ++lowering.memory.streams_of_owner[hash];
  entry->second = static_cast<std::uint32_t>(lowering.streams.size());
  lowering.streams.push_back(hash);
  return entry->second;
}

NodeId draw(LowerContext& lowering, const Draw& wanted, std::uint32_t stream) {
  const std::vector<NodeId> operands{wanted.first,   wanted.second, wanted.shift,
                                     wanted.stretch, wanted.least,  wanted.most};
  return lowering.graph.extract(lowering.graph.block(Opcode::RandomBetween, operands, stream,
                                                     static_cast<std::uint32_t>(wanted.distribution), true),
                                0);
}

NodeId random(LowerContext& lowering, const Expression& e, const Context& context) {
  const std::string& key = e.name.key;
  const std::uint32_t stream = stream_of(lowering, e, context);
  const std::size_t given = e.arguments.size();
  const NodeId zero = lowering.graph.literal(0);
  const NodeId one = lowering.graph.literal(1);
  const NodeId never = lowering.graph.literal(std::numeric_limits<double>::infinity());
  const auto at = [&](std::size_t index, NodeId otherwise) {
    return index < given ? lowering.arg(e, index, context) : otherwise;
  };
  const auto uniform = [&] { return lowering.graph.operation(Opcode::Random, stream, 0, 0, true); };
  if (key == "random_0_1" || (key == "random" && given < 2)) return uniform();
  if (key == "random_uniform" || key == "uniform" || key == "random") {
    const NodeId low = lowering.arg(e, 0, context);
    const NodeId width = lowering.op(Opcode::Subtract, lowering.arg(e, 1, context), low);
    return lowering.op(Opcode::Add, low, lowering.op(Opcode::Multiply, width, uniform()));
  }
  // XMILE's ends stand after the seed.
  const auto xmile = [&](Distribution distribution, std::size_t count) {
    const NodeId least = at(count + 1, lowering.graph.literal(-std::numeric_limits<double>::infinity()));
    return Draw{distribution, zero, zero, zero, one, least, at(count + 2, never)};
  };
  for (const Layout& layout : kLayouts) {
    if (key != layout.name) continue;
    const auto count = static_cast<std::size_t>(layout.parameters);
    Draw made = xmile(layout.distribution, count);
    const std::size_t first = layout.vensim ? 2 : 0;
    if (layout.vensim) {
      made.least = lowering.arg(e, 0, context);
      made.most = lowering.arg(e, 1, context);
      made.shift = at(2 + count, zero);
      // Fewer arguments than a shift and a stretch, and the one more is the seed.
      if (given < 4 + count) made.shift = zero;
      made.stretch = given < 4 + count ? one : at(3 + count, one);
    }
    if (count > 0) made.first = lowering.arg(e, first, context);
    if (count > 1) made.second = lowering.arg(e, first + 1, context);
    return draw(lowering, made, stream);
  }
  if (key == "random_lognormal") {
    Draw made = xmile(Distribution::LogNormal, 0);
    made.least = lowering.arg(e, 0, context);
    made.most = lowering.arg(e, 1, context);
    made.first = lowering.arg(e, 2, context);
    made.second = lowering.arg(e, 3, context);
    return draw(lowering, made, stream);
  }
  if (key == "normal" || key == "logistic") {
    Draw made = xmile(key == "normal" ? Distribution::Normal : Distribution::Logistic, 2);
    made.shift = lowering.arg(e, 0, context);
    made.stretch = lowering.arg(e, 1, context);
    return draw(lowering, made, stream);
  }
  if (key == "exprnd" || key == "gamma" || key == "weibull" || key == "pareto") {
    const bool mean_only = key == "exprnd";
    const auto distribution = mean_only          ? Distribution::Exponential
                              : key == "gamma"   ? Distribution::Gamma
                              : key == "weibull" ? Distribution::Weibull
                                                 : Distribution::Pareto;
    Draw made = xmile(distribution, mean_only ? 1 : 2);
    if (!mean_only) made.first = lowering.arg(e, 0, context);
    made.stretch = at(mean_only ? 0 : 1, one);
    return draw(lowering, made, stream);
  }
  if (key == "binomial" || key == "negbinomial") {  // the number, then the probability
    Draw made = xmile(key == "binomial" ? Distribution::Binomial : Distribution::NegativeBinomial, 2);
    made.first = lowering.arg(e, 1, context);
    made.second = lowering.arg(e, 0, context);
    return draw(lowering, made, stream);
  }
  if (key == "montecarlo") {  // percent per unit of time
    const NodeId chance = lowering.op(
        Opcode::Divide, lowering.op(Opcode::Multiply, lowering.arg(e, 0, context), lowering.step(context)),
        lowering.graph.literal(100));
    return lowering.op(Opcode::Less, uniform(), chance);
  }
  return triangular(lowering, e, context, uniform());
}

// RANDOM TRIANGULAR(least, most, start, peak, end), TRIANGULAR(start, peak, end), by the inverse of the
// distribution; the least and the most that lie inside cut the uniform number that it begins with.
NodeId triangular(LowerContext& lowering, const Expression& e, const Context& context, NodeId u) {
  const bool vensim = e.name.key == "random_triangular";
  const std::size_t at = vensim ? 2 : 0;
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
  if (vensim) {
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
  const NodeId uniform =
      lowering.graph.operation(Opcode::Random, stream_of(lowering, e, context), 0, 0, true);
  const NodeId wanted =
      lowering.op(Opcode::Add, below,
                  lowering.op(Opcode::Multiply, uniform, lowering.op(Opcode::Subtract, area(high), below)));
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

Builtins random_builtins() {
  return {
      {.name = "random_0_1",
       .least = 0,
       .most = 1,
       .lower = random,
       .units = model::UnitRule{"", '1'},
       .docs = {{Section::Random,
                 "`RANDOM 0 1()`, `RANDOM UNIFORM(low, high [, seed])`, `RANDOM([low, high])`, `UNIFORM(low, "
                 "high)` | V, X [3.5.2]"}}},
      {.name = "random_uniform",
       .least = 2,
       .most = 3,
       .lower = random,
       .units = model::UnitRule{"xx?", 'x'},
       .lint = {{0, ArgumentRule::NotAboveNext, "its least value"}}},
      {.name = "random_normal",
       .least = 4,
       .most = 5,
       .lower = random,
       .units = model::UnitRule{"xxxx?", 'x'},
       .lint = {{0, ArgumentRule::NotAboveNext, "its least value"},
                {3, ArgumentRule::NotNegative, "its deviation"}},
       .docs = {{Section::Random,
                 "`RANDOM NORMAL(low, high, mean, deviation [, seed])`, `NORMAL(mean, deviation [, seed [, "
                 "low, high]])` | V, X"}}},
      {.name = "random_exponential",
       .least = 4,
       .most = 5,
       .lower = random,
       .lint = {{0, ArgumentRule::NotAboveNext, "its least value"}},
       .docs = {{Section::Random,
                 "`RANDOM EXPONENTIAL(low, high, shift, stretch [, seed])`, `EXPRND(mean)` | V, X"}}},
      {.name = "random_lognormal",
       .least = 4,
       .most = 5,
       .lower = random,
       .lint = {{0, ArgumentRule::NotAboveNext, "its least value"},
                {3, ArgumentRule::NotNegative, "its deviation"}}},
      {.name = "random_poisson",
       .least = 3,
       .most = 6,
       .lower = random,
       .lint = {{0, ArgumentRule::NotAboveNext, "its least value"},
                {2, ArgumentRule::NotNegative, "its mean"}},
       .docs = {{Section::Random,
                 "`RANDOM POISSON(low, high, mean [, shift, stretch, seed])`, `POISSON(mean)`; from a mean "
                 "of 10 on by "
                 "Hoermann's transformed rejection (PTRS, 1993) | V, X"}}},
      {.name = "random_gamma",
       .least = 3,
       .most = 6,
       .lower = random,
       .lint = {{0, ArgumentRule::NotAboveNext, "its least value"}},
       .docs = {{Section::Random, "`RANDOM GAMMA(low, high, order [, shift, stretch, seed])` | V"}}},
      {.name = "random_beta",
       .least = 6,
       .most = 7,
       .lower = random,
       .lint = {{0, ArgumentRule::NotAboveNext, "its least value"}},
       .docs = {{Section::Random,
                 "`RANDOM BETA(low, high, a, b, shift, stretch [, seed])`, `BETA(a, b)` | V, Stella"}}},
      {.name = "random_binomial",
       .least = 4,
       .most = 7,
       .lower = random,
       .lint = {{0, ArgumentRule::NotAboveNext, "its least value"}, {2, ArgumentRule::Share, "its chance"}},
       .docs =
           {{Section::Random,
             "`RANDOM BINOMIAL(low, high, p, n [, shift, stretch, seed])`, `BINOMIAL(n, p)` | V, Stella"}}},
      {.name = "random_negative_binomial",
       .least = 4,
       .most = 7,
       .lower = random,
       .lint = {{0, ArgumentRule::NotAboveNext, "its least value"}},
       .docs = {{Section::Random,
                 "`RANDOM NEGATIVE BINOMIAL(low, high, p, n [, shift, stretch, seed])`, `NEGBINOMIAL(n, p)` "
                 "| V, Stella"}}},
      {.name = "random_weibull",
       .least = 5,
       .most = 6,
       .lower = random,
       .lint = {{0, ArgumentRule::NotAboveNext, "its least value"}},
       .docs = {{Section::Random,
                 "`RANDOM WEIBULL(low, high, shape [, shift, stretch, seed])`, `WEIBULL(shape, scale)` | V, "
                 "Stella"}}},
      {.name = "random_triangular",
       .least = 5,
       .most = 6,
       .lower = random,
       .lint = {{0, ArgumentRule::NotAboveNext, "its least value"},
                {2, ArgumentRule::NotAboveNext, "its start"},
                {3, ArgumentRule::NotAboveNext, "its peak"}},
       .docs = {{Section::Random,
                 "`RANDOM TRIANGULAR(low, high, start, peak, stop [, seed])`, `TRIANGULAR(low, mode, high)` "
                 "| V, Stella"}}},
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
      {.name = "random",
       .least = 0,
       .most = 3,
       .lower = random,
       .lint = {{0, ArgumentRule::NotAboveNext, "its least value"}}},
      {.name = "uniform",
       .least = 2,
       .most = 3,
       .lower = random,
       .lint = {{0, ArgumentRule::NotAboveNext, "its least value"}}},
      {.name = "normal",
       .least = 2,
       .most = 5,
       .lower = random,
       .lint = {{1, ArgumentRule::NotNegative, "its deviation"}}},
      {.name = "lognormal",
       .least = 2,
       .most = 5,
       .lower = random,
       .lint = {{1, ArgumentRule::NotNegative, "its deviation"}},
       .docs = {{Section::Random,
                 "`LOGNORMAL(mean, deviation)`, in XMILE and YAML also `RANDOM LOGNORMAL(low, high, mean, "
                 "deviation [, seed])`: mean and deviation of the number itself | X, F"}}},
      {.name = "exprnd", .least = 1, .most = 4, .lower = random},
      {.name = "poisson",
       .least = 1,
       .most = 4,
       .lower = random,
       .lint = {{0, ArgumentRule::NotNegative, "its mean"}}},
      {.name = "gamma",
       .least = 1,
       .most = 5,
       .lower = random,
       .docs = {{Section::Random,
                 "`GAMMA(order, scale)`, `PARETO(shape, scale)`, `LOGISTIC(mean, scale)`, `GEOMETRIC(p)` | "
                 "Stella"}}},
      {.name = "beta", .least = 2, .most = 5, .lower = random},
      {.name = "binomial",
       .least = 2,
       .most = 5,
       .lower = random,
       .lint = {{1, ArgumentRule::Share, "its chance"}}},
      {.name = "negbinomial", .least = 2, .most = 5, .lower = random},
      {.name = "weibull", .least = 2, .most = 5, .lower = random},
      {.name = "pareto", .least = 2, .most = 5, .lower = random},
      {.name = "logistic", .least = 2, .most = 5, .lower = random},
      {.name = "geometric", .least = 1, .most = 4, .lower = random},
      {.name = "triangular",
       .least = 3,
       .most = 6,
       .lower = random,
       .lint = {{0, ArgumentRule::NotAboveNext, "its least value"},
                {1, ArgumentRule::NotAboveNext, "its mode"}}},
      {.name = "montecarlo",
       .least = 1,
       .most = 2,
       .lower = random,
       .docs = {{Section::Random, "`MONTECARLO(percent)`: 1 with that chance per unit of time | Stella"}}},
  };
}

}  // namespace flowyard::controller::compiler
