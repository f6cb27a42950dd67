// Random functions. Their numbers are keyed by variable, element and place in the equation; seed arguments
// are ignored, since the seed belongs to the run.
#include "common/base/philox.hpp"
#include "worker/compile/lower.hpp"

namespace flowyard::worker::compile {

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

NodeId Lowerer::random(const Expression& e, const Context& context) {
  const std::string& key = e.name.key;
  const std::uint32_t stream = stream_of(e, context);
  const auto draw = [&](Opcode opcode) { return graph.operation(opcode, stream, 0, 0, true); };
  const auto number = [&](double x) { return graph.literal(x); };
  const std::size_t given = e.arguments.size();
  const auto between = [&](NodeId low, NodeId high) {
    const NodeId width = op(Opcode::Subtract, high, low);
    return op(Opcode::Add, low, op(Opcode::Multiply, width, draw(Opcode::Random)));
  };
  // Vensim cuts by drawing again; the nearest allowed number is taken here, since a draw has one number.
  const auto kept_between = [&](NodeId x) {
    return op(Opcode::Min, op(Opcode::Max, x, arg(e, 0, context)), arg(e, 1, context));
  };
  const auto scaled = [&](NodeId x, std::size_t shift, std::size_t stretch) {
    return op(Opcode::Add, arg(e, shift, context), op(Opcode::Multiply, arg(e, stretch, context), x));
  };
  if (key == "random_0_1" || (key == "random" && given < 2)) return draw(Opcode::Random);
  if (key == "random_uniform" || key == "uniform" || key == "random")
    return between(arg(e, 0, context), arg(e, 1, context));
  if (key == "random_normal") return kept_between(scaled(draw(Opcode::RandomNormal), 2, 3));
  if (key == "normal") {
    const NodeId x = scaled(draw(Opcode::RandomNormal), 0, 1);
    if (given < 5) return x;
    return op(Opcode::Min, op(Opcode::Max, x, arg(e, 3, context)), arg(e, 4, context));
  }
  const auto exponential = [&] { return op(Opcode::Negate, op(Opcode::Ln, draw(Opcode::Random))); };
  if (key == "random_exponential") return kept_between(scaled(exponential(), 2, 3));
  if (key == "exprnd") return op(Opcode::Multiply, arg(e, 0, context), exponential());
  if (key == "lognormal" || key == "random_lognormal") {
    // Given the mean and deviation of the number itself.
    const std::size_t at = key == "lognormal" ? 0 : 2;
    const NodeId mean = arg(e, at, context);
    const NodeId ratio = op(Opcode::Divide, arg(e, at + 1, context), mean);
    const NodeId variance = op(Opcode::Ln, op(Opcode::Add, number(1), op(Opcode::Multiply, ratio, ratio)));
    const NodeId middle = op(Opcode::Subtract, op(Opcode::Ln, mean), op(Opcode::Divide, variance, number(2)));
    const NodeId spread = op(Opcode::Multiply, op(Opcode::Sqrt, variance), draw(Opcode::RandomNormal));
    const NodeId x = op(Opcode::Exp, op(Opcode::Add, middle, spread));
    return key == "lognormal" ? x : kept_between(x);
  }
  if (key == "random_poisson" || key == "poisson") {
    const bool vensim = given >= 4;
    const NodeId mean = arg(e, vensim ? 2 : 0, context);
    const NodeId x = graph.operation(Opcode::RandomPoisson, mean, stream, 0, true);
    if (!vensim) return x;
    const NodeId shifted =
        given >= 5 ? op(Opcode::Add, op(Opcode::Multiply, x, arg_or(e, 4, 1, context)), arg(e, 3, context))
                   : x;
    return kept_between(shifted);
  }
  if (key == "random_gamma") {
    const NodeId x = graph.operation(Opcode::RandomGamma, arg(e, 2, context), stream, 0, true);
    const NodeId stretched = op(Opcode::Multiply, x, arg_or(e, 4, 1, context));
    return kept_between(op(Opcode::Add, stretched, arg(e, 3, context)));
  }
  // Triangular: by the inverse of its distribution.
  const std::size_t at = key == "random_triangular" ? 2 : 0;
  const NodeId low = arg(e, at, context);
  const NodeId mode = arg(e, at + 1, context);
  const NodeId high = arg(e, at + 2, context);
  const NodeId u = draw(Opcode::Random);
  const NodeId width = op(Opcode::Subtract, high, low);
  const NodeId rise = op(Opcode::Subtract, mode, low);
  const NodeId left = op(Opcode::Sqrt, op(Opcode::Multiply, u, op(Opcode::Multiply, width, rise)));
  const NodeId rest = op(Opcode::Multiply, op(Opcode::Subtract, number(1), u), width);
  const NodeId right = op(Opcode::Sqrt, op(Opcode::Multiply, rest, op(Opcode::Subtract, high, mode)));
  const NodeId is_left = op(Opcode::Less, op(Opcode::Multiply, u, width), rise);
  return op(Opcode::Select, is_left, op(Opcode::Add, low, left), op(Opcode::Subtract, high, right));
}

}  // namespace flowyard::worker::compile
