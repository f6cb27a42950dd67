// Vensim's delays of material in batches and on conveyors, made of synthesized stocks, states and pipes.
#include <limits>

#include "controller/compiler/lower/lower.hpp"

namespace flowyard::controller::compiler {
namespace {

enum BatchPart { Backlog, Ends, Outflow };
enum ConveyorPart { Entered, Then, Survival };

}  // namespace

// DELAY BATCH(input, size, time, first batch, first time, first backlog): the input gathers until there is
// enough for a batch; it is worked on for `time`, as that is when it begins, one batch at once, and comes out
// in one step. Vensim's manual gives the first batch the units of a flow, so it comes out as it is.
NodeId Lowerer::delay_batch(const Expression& e, const Context& context) {
  return graph.operation(Opcode::Select, batch_done(e, context), batch_outflow(e, context), graph.literal(0),
                         context.mode == Mode::Step);
}

// In the middle of a step, so that rounding decides nothing. Frozen within a Runge-Kutta step, as is what
// follows.
NodeId Lowerer::batch_done(const Expression& e, const Context& context) {
  const NodeId half = op(Opcode::Divide, step(context), graph.literal(2));
  return graph.operation(Opcode::Less, op(Opcode::Subtract, batch_ends(e, context), half), time(), 0,
                         context.mode == Mode::Step);
}

// Whether a batch begins now: none is being worked on after this step's output, and there is enough for one.
NodeId Lowerer::batch_starts(const Expression& e, const Context& c) {
  const NodeId size = arg(e, 1, c);
  const NodeId hair = op(Opcode::Multiply, size, graph.literal(1e-9));
  const NodeId idle = op(Opcode::Equal, batch_ends(e, c), infinity(e, c));
  const NodeId enough = op(Opcode::LessEqual, op(Opcode::Subtract, size, hair), batch_backlog(e, c));
  const NodeId starts = op(Opcode::And, enough, op(Opcode::Or, idle, batch_done(e, c)));
  return graph.operation(Opcode::Select, starts, graph.literal(1), graph.literal(0), true);
}

// When the batch will be done that is worked on; infinity without one.
NodeId Lowerer::batch_ends(const Expression& e, const Context& context) {
  return synthesized_state(
      e, context, Ends,
      [this, &e](const Context& c) {
        const NodeId none = op(Opcode::Equal, arg(e, 3, c), graph.literal(0));
        return op(Opcode::Select, none, infinity(e, c), arg(e, 4, c));
      },
      [this, &e](const Context& c) {
        const NodeId later = graph.operation(Opcode::Add, time(), arg(e, 2, c), 0, true);
        const NodeId otherwise = op(Opcode::Select, batch_done(e, c), infinity(e, c), batch_ends(e, c));
        return op(Opcode::Select, batch_starts(e, c), later, otherwise);
      });
}

NodeId Lowerer::batch_backlog(const Expression& e, const Context& context) {
  return synthesized_stock(
      e, context, Backlog, [this, &e](const Context& c) { return arg(e, 5, c); },
      [this, &e](const Context& c) {
        const NodeId batch = graph.operation(Opcode::Divide, arg(e, 1, c), step(c), 0, true);
        const NodeId taken = op(Opcode::Select, batch_starts(e, c), batch, graph.literal(0));
        return op(Opcode::Subtract, arg(e, 0, c), taken);
      });
}

// The flow by which the batch that is worked on will leave.
NodeId Lowerer::batch_outflow(const Expression& e, const Context& context) {
  return synthesized_state(
      e, context, Outflow, [this, &e](const Context& c) { return arg(e, 3, c); },
      [this, &e](const Context& c) {
        const NodeId batch = graph.operation(Opcode::Divide, arg(e, 1, c), step(c), 0, true);
        return op(Opcode::Select, batch_starts(e, c), batch, batch_outflow(e, c));
      });
}

// DELAY CONVEYOR(input, time, leak, first profile, first content, first time): the input that long ago, less
// what has leaked: at the end of each step the fraction `leak` per unit of time of all that is there, with
// what has just entered. The first content comes out over the first time, as much of it as the profile, drawn
// to that length, says.
NodeId Lowerer::delay_conveyor(const Expression& e, const Context& context) {
  const auto profile = table_of(e.arguments[3], context);
  if (!profile) return graph.literal(0);
  if (!is_steady(arg(e, 1, in_mode(context, Mode::Step))))
    return wrong("a conveyor whose time changes while running is not supported", e.arguments[1].location);
  fix_table(*profile, "it is how a conveyor is filled at the start");
  const auto nothing = [this](const Context&) { return graph.literal(0); };
  const auto length = [this, &e](const Context& c) { return arg(e, 1, c); };
  NodeId moved = synthesized_line(e, context, Entered,
                                  {nothing, [this, &e](const Context& c) { return arg(e, 0, c); }, length});
  NodeId first = conveyor_first_content(e, context, *profile);
  const NodeId leak = arg(e, 2, context);
  if (!graph.is_literal(leak) || graph.literal_value(leak) != 0) {
    const NodeId now = conveyor_survival(e, context);
    const NodeId then =
        synthesized_line(e, context, Then,
                         {nothing, [this, &e](const Context& c) { return conveyor_survival(e, c); }, length});
    moved = op(Opcode::Multiply, moved, op(Opcode::Exp, op(Opcode::Subtract, now, then)));
    first = op(Opcode::Multiply, first, op(Opcode::Exp, now));
  }
  return graph.operation(Opcode::Add, first, moved, 0, context.mode == Mode::Step);
}

// The logarithm of what is left of something that has been there since the start: sums of logarithms neither
// vanish nor divide by nothing, where products would.
NodeId Lowerer::conveyor_survival(const Expression& e, const Context& context) {
  constexpr double kNearlyNothing = 1e-300;
  return synthesized_state(
      e, context, Survival, [this](const Context&) { return graph.literal(0); },
      [this, &e](const Context& c) {
        const NodeId lost = op(Opcode::Multiply, arg(e, 2, c), step(c));
        const NodeId left = op(Opcode::Subtract, graph.literal(1), lost);
        const NodeId logarithm = op(Opcode::Ln, op(Opcode::Max, left, graph.literal(kNearlyNothing)));
        return op(Opcode::Add, conveyor_survival(e, c), logarithm);
      });
}

// What leaves in this step of what was there at the start, were there no leak.
NodeId Lowerer::conveyor_first_content(const Expression& e, const Context& context, std::uint32_t profile) {
  const engine::Table& table = tables[profile];
  const double first = xs[table.first];
  const double last = xs[table.first + table.count - 1];
  const NodeId since = op(Opcode::Subtract, time(), ref(setting(Setting::Start, context.mode)));
  const auto out_by = [&](NodeId when) {
    const NodeId part = op(Opcode::Divide, when, at_start(e, 5, context));
    const NodeId way =
        op(Opcode::Multiply, op(Opcode::Min, part, graph.literal(1)), graph.literal(last - first));
    return op(Opcode::LookupIntegral, op(Opcode::Add, graph.literal(first), way), profile);
  };
  const NodeId here = op(Opcode::Subtract, out_by(op(Opcode::Add, since, step(context))), out_by(since));
  const NodeId whole = op(Opcode::LookupIntegral, graph.literal(last), profile);
  const NodeId share = op(Opcode::SafeDivide, here, whole, graph.literal(0));
  return op(Opcode::Divide, op(Opcode::Multiply, at_start(e, 4, context), share), step(context));
}

}  // namespace flowyard::controller::compiler
