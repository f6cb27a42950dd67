// Random functions. Their numbers are keyed by variable, element and place in the equation; seed arguments
// are ignored, since the seed belongs to the run.
#include "worker/engine/random.hpp"

#include <limits>

#include "common/base/philox.hpp"
#include "controller/compiler/lower/lower.hpp"

namespace flowyard::controller::compiler {

// One stream for each place and element. Its hash is made of names, not of positions in the model, so that
// adding a variable leaves the noise of the others alone.
std::uint32_t Lowerer::stream_of(const Expression& e, const Context& context) {
  const auto [entry, is_new] = stream_index_.try_emplace(key_of(e, context, 0), 0);
  if (!is_new) return entry->second;
  std::string names = context.owner;
  for (const auto* bindings : {&context.left, &context.iterating})
    for (const Binding& binding : *bindings) names += "\n" + dimensions_.element(binding.element).key;
  std::uint64_t hash = stable_hash(names);
  hash += 0x9E3779B97F4A7C15U * ++streams_of_owner_[hash];
  entry->second = static_cast<std::uint32_t>(streams.size());
  streams.push_back(hash);
  return entry->second;
}

// One number of a distribution: which arguments are its parameters, shift, stretch and ends.
struct Lowerer::Draw {
  engine::Distribution distribution;
  NodeId first;
  NodeId second;
  NodeId shift;
  NodeId stretch;
  NodeId least;
  NodeId most;
};

NodeId Lowerer::draw(const Draw& wanted, std::uint32_t stream) {
  const std::vector<NodeId> operands{wanted.first,   wanted.second, wanted.shift,
                                     wanted.stretch, wanted.least,  wanted.most};
  return graph.extract(graph.block(Opcode::RandomBetween, operands, stream,
                                   static_cast<std::uint32_t>(wanted.distribution), true),
                       0);
}

namespace {

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

}  // namespace

NodeId Lowerer::random(const Expression& e, const Context& context) {
  const std::string& key = e.name.key;
  const std::uint32_t stream = stream_of(e, context);
  const std::size_t given = e.arguments.size();
  const NodeId zero = graph.literal(0);
  const NodeId one = graph.literal(1);
  const NodeId never = graph.literal(std::numeric_limits<double>::infinity());
  const auto at = [&](std::size_t index, NodeId otherwise) {
    return index < given ? arg(e, index, context) : otherwise;
  };
  const auto uniform = [&] { return graph.operation(Opcode::Random, stream, 0, 0, true); };
  if (key == "random_0_1" || (key == "random" && given < 2)) return uniform();
  if (key == "random_uniform" || key == "uniform" || key == "random") {
    const NodeId low = arg(e, 0, context);
    const NodeId width = op(Opcode::Subtract, arg(e, 1, context), low);
    return op(Opcode::Add, low, op(Opcode::Multiply, width, uniform()));
  }
  // XMILE's ends stand after the seed.
  const auto xmile = [&](Distribution distribution, std::size_t count) {
    const NodeId least = at(count + 1, graph.literal(-std::numeric_limits<double>::infinity()));
    return Draw{distribution, zero, zero, zero, one, least, at(count + 2, never)};
  };
  for (const Layout& layout : kLayouts) {
    if (key != layout.name) continue;
    const auto count = static_cast<std::size_t>(layout.parameters);
    Draw made = xmile(layout.distribution, count);
    const std::size_t first = layout.vensim ? 2 : 0;
    if (layout.vensim) {
      made.least = arg(e, 0, context);
      made.most = arg(e, 1, context);
      made.shift = at(2 + count, zero);
      // Fewer arguments than a shift and a stretch, and the one more is the seed.
      if (given < 4 + count) made.shift = zero;
      made.stretch = given < 4 + count ? one : at(3 + count, one);
    }
    if (count > 0) made.first = arg(e, first, context);
    if (count > 1) made.second = arg(e, first + 1, context);
    return draw(made, stream);
  }
  if (key == "random_lognormal") {
    Draw made = xmile(Distribution::LogNormal, 0);
    made.least = arg(e, 0, context);
    made.most = arg(e, 1, context);
    made.first = arg(e, 2, context);
    made.second = arg(e, 3, context);
    return draw(made, stream);
  }
  if (key == "normal" || key == "logistic") {
    Draw made = xmile(key == "normal" ? Distribution::Normal : Distribution::Logistic, 2);
    made.shift = arg(e, 0, context);
    made.stretch = arg(e, 1, context);
    return draw(made, stream);
  }
  if (key == "exprnd" || key == "gamma" || key == "weibull" || key == "pareto") {
    const bool mean_only = key == "exprnd";
    const auto distribution = mean_only          ? Distribution::Exponential
                              : key == "gamma"   ? Distribution::Gamma
                              : key == "weibull" ? Distribution::Weibull
                                                 : Distribution::Pareto;
    Draw made = xmile(distribution, mean_only ? 1 : 2);
    if (!mean_only) made.first = arg(e, 0, context);
    made.stretch = at(mean_only ? 0 : 1, one);
    return draw(made, stream);
  }
  if (key == "binomial" || key == "negbinomial") {  // the number, then the probability
    Draw made = xmile(key == "binomial" ? Distribution::Binomial : Distribution::NegativeBinomial, 2);
    made.first = arg(e, 1, context);
    made.second = arg(e, 0, context);
    return draw(made, stream);
  }
  if (key == "montecarlo") {  // percent per unit of time
    const NodeId chance =
        op(Opcode::Divide, op(Opcode::Multiply, arg(e, 0, context), step(context)), graph.literal(100));
    return op(Opcode::Less, uniform(), chance);
  }
  return triangular(e, context, uniform());
}

// RANDOM TRIANGULAR(least, most, start, peak, end), TRIANGULAR(start, peak, end), by the inverse of the
// distribution; the least and the most that lie inside cut the uniform number that it begins with.
NodeId Lowerer::triangular(const Expression& e, const Context& context, NodeId u) {
  const bool vensim = e.name.key == "random_triangular";
  const std::size_t at = vensim ? 2 : 0;
  const NodeId low = arg(e, at, context);
  const NodeId mode = arg(e, at + 1, context);
  const NodeId high = arg(e, at + 2, context);
  const NodeId zero = graph.literal(0);
  const NodeId one = graph.literal(1);
  const NodeId width = op(Opcode::Subtract, high, low);
  const NodeId rise = op(Opcode::Subtract, mode, low);
  const NodeId fall = op(Opcode::Subtract, high, mode);
  const auto product = [&](NodeId a, NodeId b) { return op(Opcode::Multiply, a, b); };
  const auto part_below = [&](NodeId x) {
    const NodeId inside = op(Opcode::Min, op(Opcode::Max, x, low), high);
    const NodeId from_low = op(Opcode::Subtract, inside, low);
    const NodeId to_high = op(Opcode::Subtract, high, inside);
    const NodeId left = op(Opcode::SafeDivide, product(from_low, from_low), product(width, rise), zero);
    const NodeId right = op(Opcode::SafeDivide, product(to_high, to_high), product(width, fall), zero);
    return op(Opcode::Select, op(Opcode::Less, inside, mode), left, op(Opcode::Subtract, one, right));
  };
  if (vensim) {
    const NodeId least = part_below(arg(e, 0, context));
    const NodeId most = part_below(arg(e, 1, context));
    u = op(Opcode::Add, least, product(op(Opcode::Subtract, most, least), u));
  }
  const NodeId left = op(Opcode::Sqrt, product(u, product(width, rise)));
  const NodeId rest = product(op(Opcode::Subtract, one, u), width);
  const NodeId right = op(Opcode::Sqrt, product(rest, fall));
  const NodeId is_left = op(Opcode::Less, product(u, width), rise);
  return op(Opcode::Select, is_left, op(Opcode::Add, low, left), op(Opcode::Subtract, high, right));
}

// RANDOM LOOKUP(table, least, most, shift, stretch[, seed]): the table is the density. The number is found
// where the area below it reaches a uniform number between the areas at the ends, by halving the space
// between them.
NodeId Lowerer::random_lookup(const Expression& e, const Context& context) {
  constexpr int kHalvings = 50;
  const auto table = table_of(e.arguments[0], context);
  if (!table) return graph.literal(0);
  const engine::Table& density = tables[*table];
  const NodeId first = graph.literal(xs[density.first]);
  const NodeId last = graph.literal(xs[density.first + density.count - 1]);
  const NodeId shift = arg(e, 3, context);
  const NodeId stretch = arg(e, 4, context);
  const auto inside = [&](std::size_t end) {
    const NodeId x = op(Opcode::Divide, op(Opcode::Subtract, arg(e, end, context), shift), stretch);
    return op(Opcode::Min, op(Opcode::Max, x, first), last);
  };
  const auto area = [&](NodeId x) { return op(Opcode::LookupIntegral, x, *table); };
  NodeId low = inside(1);
  NodeId high = inside(2);
  const NodeId below = area(low);
  const NodeId uniform = graph.operation(Opcode::Random, stream_of(e, context), 0, 0, true);
  const NodeId wanted =
      op(Opcode::Add, below, op(Opcode::Multiply, uniform, op(Opcode::Subtract, area(high), below)));
  for (int i = 0; i < kHalvings; ++i) {
    const NodeId middle = op(Opcode::Multiply, op(Opcode::Add, low, high), graph.literal(0.5));
    const NodeId more = op(Opcode::Less, area(middle), wanted);
    low = op(Opcode::Select, more, middle, low);
    high = op(Opcode::Select, more, high, middle);
  }
  return op(Opcode::Add, shift, op(Opcode::Multiply, stretch, high));
}

// RANDOM PINK NOISE(mean, deviation, correlation time[, seed]): the smooth over the correlation time of white
// noise, as strong as keeps the deviation for any time step; at the start the mean.
NodeId Lowerer::pink_noise(const Expression& e, const Context& context) {
  return synthesized_stock(
      e, context, 0, [this, &e](const Context& c) { return arg(e, 0, c); },
      [this, &e](const Context& c) {
        const NodeId own = graph.leaf(NodeKind::Stock, synthesized_stocks_.at(key_of(e, c, 0)));
        const NodeId part = op(Opcode::Divide, step(c), arg(e, 2, c));
        const NodeId ratio = op(Opcode::Divide, op(Opcode::Subtract, graph.literal(2), part), part);
        const NodeId strength = op(Opcode::Multiply, arg(e, 1, c), op(Opcode::Sqrt, ratio));
        const NodeId normal = graph.operation(Opcode::RandomNormal, stream_of(e, c), 0, 0, true);
        const NodeId white = op(Opcode::Add, arg(e, 0, c), op(Opcode::Multiply, strength, normal));
        return op(Opcode::Divide, op(Opcode::Subtract, white, own), arg(e, 2, c));
      });
}

}  // namespace flowyard::controller::compiler
