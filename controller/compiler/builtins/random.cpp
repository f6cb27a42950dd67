// Random numbers of the engine's distributions. Their noise is keyed by variable, element and place in the
// equation; seed arguments are ignored, since the seed belongs to the run.
#include "worker/engine/random.hpp"

#include <limits>

#include "common/base/philox.hpp"
#include "controller/compiler/builtins/builtins.hpp"
#include "controller/compiler/builtins/shared.hpp"
#include "controller/compiler/lower/lower_context.hpp"

namespace flowyard::controller::compiler {

// Its hash is made of names, not of positions in the model, so that adding a variable leaves the noise of the
// others alone. Several of one variable are counted: who draws asks before its arguments do.
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

NodeId uniform(LowerContext& lowering, const Expression& e, const Context& context) {
  return lowering.graph.operation(Opcode::Random, stream_of(lowering, e, context), 0, 0, true);
}

namespace {

using engine::Distribution;

// The operands of Opcode::RandomBetween, at first those of a number that is neither shifted, stretched nor
// cut off.
struct Draw {
  Draw(LowerContext& lowering, const Expression& e, const Context& context)
      : stream(stream_of(lowering, e, context)),
        first(lowering.graph.literal(0)),
        second(first),
        shift(first),
        stretch(lowering.graph.literal(1)),
        least(lowering.graph.literal(-std::numeric_limits<double>::infinity())),
        most(lowering.graph.literal(std::numeric_limits<double>::infinity())) {}

  std::uint32_t stream;
  NodeId first, second;  // parameters of the distribution
  NodeId shift, stretch;
  NodeId least, most;
};

NodeId draw(LowerContext& lowering, Distribution distribution, const Draw& wanted) {
  const std::vector<NodeId> operands{wanted.first,   wanted.second, wanted.shift,
                                     wanted.stretch, wanted.least,  wanted.most};
  return lowering.graph.extract(lowering.graph.block(Opcode::RandomBetween, operands, wanted.stream,
                                                     static_cast<std::uint32_t>(distribution), true),
                                0);
}

NodeId argument_or(LowerContext& lowering, const Expression& e, std::size_t at, const Context& context,
                   NodeId otherwise) {
  return at < e.arguments.size() ? lowering.arg(e, at, context) : otherwise;
}

// XMILE's ends stand after the parameters and the seed.
Draw between_ends(LowerContext& lowering, const Expression& e, std::size_t parameters,
                  const Context& context) {
  Draw made(lowering, e, context);
  made.least = argument_or(lowering, e, parameters + 1, context, made.least);
  made.most = argument_or(lowering, e, parameters + 2, context, made.most);
  return made;
}

// NAME(least, most, parameters..., shift, stretch, seed)
template <Distribution distribution, std::size_t parameters>
NodeId vensim(LowerContext& lowering, const Expression& e, const Context& context) {
  Draw made(lowering, e, context);
  made.least = lowering.arg(e, 0, context);
  made.most = lowering.arg(e, 1, context);
  // With fewer arguments than a shift and a stretch, the one more is the seed.
  if (e.arguments.size() >= 4 + parameters) {
    made.shift = lowering.arg(e, 2 + parameters, context);
    made.stretch = lowering.arg(e, 3 + parameters, context);
  }
  if (parameters > 0) made.first = lowering.arg(e, 2, context);
  if (parameters > 1) made.second = lowering.arg(e, 3, context);
  return draw(lowering, distribution, made);
}

// NAME(parameters..., seed, least, most)
template <Distribution distribution, std::size_t parameters>
NodeId xmile(LowerContext& lowering, const Expression& e, const Context& context) {
  Draw made = between_ends(lowering, e, parameters, context);
  made.first = lowering.arg(e, 0, context);
  if (parameters > 1) made.second = lowering.arg(e, 1, context);
  return draw(lowering, distribution, made);
}

// NAME(mean, scale, seed, least, most)
template <Distribution distribution>
NodeId shifted(LowerContext& lowering, const Expression& e, const Context& context) {
  Draw made = between_ends(lowering, e, 2, context);
  made.shift = lowering.arg(e, 0, context);
  made.stretch = lowering.arg(e, 1, context);
  return draw(lowering, distribution, made);
}

// NAME(shape, scale, seed, least, most)
template <Distribution distribution>
NodeId scaled(LowerContext& lowering, const Expression& e, const Context& context) {
  Draw made = between_ends(lowering, e, 2, context);
  made.first = lowering.arg(e, 0, context);
  made.stretch = lowering.arg(e, 1, context);
  return draw(lowering, distribution, made);
}

// NAME(number, probability, seed, least, most)
template <Distribution distribution>
NodeId number_first(LowerContext& lowering, const Expression& e, const Context& context) {
  Draw made = between_ends(lowering, e, 2, context);
  made.first = lowering.arg(e, 1, context);
  made.second = lowering.arg(e, 0, context);
  return draw(lowering, distribution, made);
}

// EXPRND(mean, seed, least, most)
NodeId exponential(LowerContext& lowering, const Expression& e, const Context& context) {
  Draw made = between_ends(lowering, e, 1, context);
  made.stretch = lowering.arg(e, 0, context);
  return draw(lowering, Distribution::Exponential, made);
}

// RANDOM LOGNORMAL(least, most, mean, deviation[, seed])
NodeId random_lognormal(LowerContext& lowering, const Expression& e, const Context& context) {
  Draw made(lowering, e, context);
  made.least = lowering.arg(e, 0, context);
  made.most = lowering.arg(e, 1, context);
  made.first = lowering.arg(e, 2, context);
  made.second = lowering.arg(e, 3, context);
  return draw(lowering, Distribution::LogNormal, made);
}

NodeId uniform_between(LowerContext& lowering, const Expression& e, const Context& context) {
  const NodeId share = uniform(lowering, e, context);
  const NodeId low = lowering.arg(e, 0, context);
  const NodeId width = lowering.op(Opcode::Subtract, lowering.arg(e, 1, context), low);
  return lowering.op(Opcode::Add, low, lowering.op(Opcode::Multiply, width, share));
}

// RANDOM([low, high])
NodeId xmile_random(LowerContext& lowering, const Expression& e, const Context& context) {
  return e.arguments.size() < 2 ? uniform(lowering, e, context) : uniform_between(lowering, e, context);
}

// MONTECARLO(percent per unit of time)
NodeId montecarlo(LowerContext& lowering, const Expression& e, const Context& context) {
  const NodeId drawn = uniform(lowering, e, context);
  const NodeId chance = lowering.op(
      Opcode::Divide, lowering.op(Opcode::Multiply, lowering.arg(e, 0, context), lowering.step(context)),
      lowering.graph.literal(100));
  return lowering.op(Opcode::Less, drawn, chance);
}

}  // namespace

Builtins random_builtins() {
  return {
      {.name = "random_0_1",
       .least = 0,
       .most = 1,
       .lower = uniform,
       .units = model::UnitRule{"", '1'},
       .docs = {{Section::Random,
                 "`RANDOM 0 1()`, `RANDOM UNIFORM(low, high [, seed])`, `RANDOM([low, high])`, `UNIFORM(low, "
                 "high)` | V, X [3.5.2]"}}},
      {.name = "random_uniform",
       .least = 2,
       .most = 3,
       .lower = uniform_between,
       .units = model::UnitRule{"xx?", 'x'},
       .lint = {{0, ArgumentRule::NotAboveNext, "its least value"}}},
      {.name = "random_normal",
       .least = 4,
       .most = 5,
       .lower = vensim<Distribution::Normal, 0>,
       .units = model::UnitRule{"xxxx?", 'x'},
       .lint = {{0, ArgumentRule::NotAboveNext, "its least value"},
                {3, ArgumentRule::NotNegative, "its deviation"}},
       .docs = {{Section::Random,
                 "`RANDOM NORMAL(low, high, mean, deviation [, seed])`, `NORMAL(mean, deviation [, seed [, "
                 "low, high]])` | V, X"}}},
      {.name = "random_exponential",
       .least = 4,
       .most = 5,
       .lower = vensim<Distribution::Exponential, 0>,
       .lint = {{0, ArgumentRule::NotAboveNext, "its least value"}},
       .docs = {{Section::Random,
                 "`RANDOM EXPONENTIAL(low, high, shift, stretch [, seed])`, `EXPRND(mean)` | V, X"}}},
      {.name = "random_lognormal",
       .least = 4,
       .most = 5,
       .lower = random_lognormal,
       .lint = {{0, ArgumentRule::NotAboveNext, "its least value"},
                {3, ArgumentRule::NotNegative, "its deviation"}}},
      {.name = "random_poisson",
       .least = 3,
       .most = 6,
       .lower = vensim<Distribution::Poisson, 1>,
       .lint = {{0, ArgumentRule::NotAboveNext, "its least value"},
                {2, ArgumentRule::NotNegative, "its mean"}},
       .docs = {{Section::Random,
                 "`RANDOM POISSON(low, high, mean [, shift, stretch, seed])`, `POISSON(mean)`; from a mean "
                 "of 10 on by "
                 "Hoermann's transformed rejection (PTRS, 1993) | V, X"}}},
      {.name = "random_gamma",
       .least = 3,
       .most = 6,
       .lower = vensim<Distribution::Gamma, 1>,
       .lint = {{0, ArgumentRule::NotAboveNext, "its least value"}},
       .docs = {{Section::Random, "`RANDOM GAMMA(low, high, order [, shift, stretch, seed])` | V"}}},
      {.name = "random_beta",
       .least = 6,
       .most = 7,
       .lower = vensim<Distribution::Beta, 2>,
       .lint = {{0, ArgumentRule::NotAboveNext, "its least value"}},
       .docs = {{Section::Random,
                 "`RANDOM BETA(low, high, a, b, shift, stretch [, seed])`, `BETA(a, b)` | V, Stella"}}},
      {.name = "random_binomial",
       .least = 4,
       .most = 7,
       .lower = vensim<Distribution::Binomial, 2>,
       .lint = {{0, ArgumentRule::NotAboveNext, "its least value"}, {2, ArgumentRule::Share, "its chance"}},
       .docs =
           {{Section::Random,
             "`RANDOM BINOMIAL(low, high, p, n [, shift, stretch, seed])`, `BINOMIAL(n, p)` | V, Stella"}}},
      {.name = "random_negative_binomial",
       .least = 4,
       .most = 7,
       .lower = vensim<Distribution::NegativeBinomial, 2>,
       .lint = {{0, ArgumentRule::NotAboveNext, "its least value"}},
       .docs = {{Section::Random,
                 "`RANDOM NEGATIVE BINOMIAL(low, high, p, n [, shift, stretch, seed])`, `NEGBINOMIAL(n, p)` "
                 "| V, Stella"}}},
      {.name = "random_weibull",
       .least = 5,
       .most = 6,
       .lower = vensim<Distribution::Weibull, 1>,
       .lint = {{0, ArgumentRule::NotAboveNext, "its least value"}},
       .docs = {{Section::Random,
                 "`RANDOM WEIBULL(low, high, shape [, shift, stretch, seed])`, `WEIBULL(shape, scale)` | V, "
                 "Stella"}}},
      {.name = "random",
       .least = 0,
       .most = 3,
       .lower = xmile_random,
       .lint = {{0, ArgumentRule::NotAboveNext, "its least value"}}},
      {.name = "uniform",
       .least = 2,
       .most = 3,
       .lower = uniform_between,
       .lint = {{0, ArgumentRule::NotAboveNext, "its least value"}}},
      {.name = "normal",
       .least = 2,
       .most = 5,
       .lower = shifted<Distribution::Normal>,
       .lint = {{1, ArgumentRule::NotNegative, "its deviation"}}},
      {.name = "lognormal",
       .least = 2,
       .most = 5,
       .lower = xmile<Distribution::LogNormal, 2>,
       .lint = {{1, ArgumentRule::NotNegative, "its deviation"}},
       .docs = {{Section::Random,
                 "`LOGNORMAL(mean, deviation)`, in XMILE and YAML also `RANDOM LOGNORMAL(low, high, mean, "
                 "deviation [, seed])`: mean and deviation of the number itself | X, F"}}},
      {.name = "exprnd", .least = 1, .most = 4, .lower = exponential},
      {.name = "poisson",
       .least = 1,
       .most = 4,
       .lower = xmile<Distribution::Poisson, 1>,
       .lint = {{0, ArgumentRule::NotNegative, "its mean"}}},
      {.name = "gamma",
       .least = 1,
       .most = 5,
       .lower = scaled<Distribution::Gamma>,
       .docs = {{Section::Random,
                 "`GAMMA(order, scale)`, `PARETO(shape, scale)`, `LOGISTIC(mean, scale)`, `GEOMETRIC(p)` | "
                 "Stella"}}},
      {.name = "beta", .least = 2, .most = 5, .lower = xmile<Distribution::Beta, 2>},
      {.name = "binomial",
       .least = 2,
       .most = 5,
       .lower = number_first<Distribution::Binomial>,
       .lint = {{1, ArgumentRule::Share, "its chance"}}},
      {.name = "negbinomial", .least = 2, .most = 5, .lower = number_first<Distribution::NegativeBinomial>},
      {.name = "weibull", .least = 2, .most = 5, .lower = scaled<Distribution::Weibull>},
      {.name = "pareto", .least = 2, .most = 5, .lower = scaled<Distribution::Pareto>},
      {.name = "logistic", .least = 2, .most = 5, .lower = shifted<Distribution::Logistic>},
      {.name = "geometric", .least = 1, .most = 4, .lower = xmile<Distribution::Geometric, 1>},
      {.name = "montecarlo",
       .least = 1,
       .most = 2,
       .lower = montecarlo,
       .docs = {{Section::Random, "`MONTECARLO(percent)`: 1 with that chance per unit of time | Stella"}}},
  };
}

}  // namespace flowyard::controller::compiler
