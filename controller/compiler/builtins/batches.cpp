// Vensim's delays of material in batches and on conveyors, made of synthesized stocks, states and pipes.
#include <limits>

#include "controller/compiler/builtins/builtins.hpp"
#include "controller/compiler/builtins/shared.hpp"
#include "controller/compiler/lower/lower_context.hpp"

namespace flowyard::controller::compiler {
namespace {

enum BatchPart { Backlog, Ends, Outflow };
enum ConveyorPart { Entered, Then, Survival };

NodeId batch_done(LowerContext& lowering, const Expression& e, const Context& context);
NodeId batch_ends(LowerContext& lowering, const Expression& e, const Context& context);
NodeId batch_backlog(LowerContext& lowering, const Expression& e, const Context& context);
NodeId batch_outflow(LowerContext& lowering, const Expression& e, const Context& context);
NodeId conveyor_survival(LowerContext& lowering, const Expression& e, const Context& context);
NodeId conveyor_first_content(LowerContext& lowering, const Expression& e, const Context& context,
                              std::uint32_t profile);

// DELAY BATCH(input, size, time, first batch, first time, first backlog): the input gathers until there is
// enough for a batch; it is worked on for `time`, as that is when it begins, one batch at once, and comes out
// in one step. Vensim's manual gives the first batch the units of a flow, so it comes out as it is.
NodeId delay_batch(LowerContext& lowering, const Expression& e, const Context& context) {
  return lowering.graph.operation(Opcode::Select, batch_done(lowering, e, context),
                                  batch_outflow(lowering, e, context), lowering.graph.literal(0),
                                  context.mode == Mode::Step);
}

// In the middle of a step, so that rounding decides nothing. Frozen within a Runge-Kutta step, as is what
// follows.
NodeId batch_done(LowerContext& lowering, const Expression& e, const Context& context) {
  const NodeId half = lowering.op(Opcode::Divide, lowering.step(context), lowering.graph.literal(2));
  return lowering.graph.operation(Opcode::Less,
                                  lowering.op(Opcode::Subtract, batch_ends(lowering, e, context), half),
                                  lowering.time(), 0, context.mode == Mode::Step);
}

// Whether a batch begins now: none is being worked on after this step's output, and there is enough for one.
NodeId batch_starts(LowerContext& lowering, const Expression& e, const Context& c) {
  const NodeId size = lowering.arg(e, 1, c);
  const NodeId hair = lowering.op(Opcode::Multiply, size, lowering.graph.literal(1e-9));
  const NodeId idle = lowering.op(Opcode::Equal, batch_ends(lowering, e, c), infinity(lowering, e, c));
  const NodeId enough = lowering.op(Opcode::LessEqual, lowering.op(Opcode::Subtract, size, hair),
                                    batch_backlog(lowering, e, c));
  const NodeId starts =
      lowering.op(Opcode::And, enough, lowering.op(Opcode::Or, idle, batch_done(lowering, e, c)));
  return lowering.graph.operation(Opcode::Select, starts, lowering.graph.literal(1),
                                  lowering.graph.literal(0), true);
}

// When the batch will be done that is worked on; infinity without one.
NodeId batch_ends(LowerContext& lowering, const Expression& e, const Context& context) {
  return lowering.synthesized_state(
      e, context, Ends,
      [&lowering, &e](const Context& c) {
        const NodeId none = lowering.op(Opcode::Equal, lowering.arg(e, 3, c), lowering.graph.literal(0));
        return lowering.op(Opcode::Select, none, infinity(lowering, e, c), lowering.arg(e, 4, c));
      },
      [&lowering, &e](const Context& c) {
        const NodeId later =
            lowering.graph.operation(Opcode::Add, lowering.time(), lowering.arg(e, 2, c), 0, true);
        const NodeId otherwise = lowering.op(Opcode::Select, batch_done(lowering, e, c),
                                             infinity(lowering, e, c), batch_ends(lowering, e, c));
        return lowering.op(Opcode::Select, batch_starts(lowering, e, c), later, otherwise);
      });
}

NodeId batch_backlog(LowerContext& lowering, const Expression& e, const Context& context) {
  return lowering.synthesized_stock(
      e, context, Backlog, [&lowering, &e](const Context& c) { return lowering.arg(e, 5, c); },
      [&lowering, &e](const Context& c) {
        const NodeId batch =
            lowering.graph.operation(Opcode::Divide, lowering.arg(e, 1, c), lowering.step(c), 0, true);
        const NodeId taken =
            lowering.op(Opcode::Select, batch_starts(lowering, e, c), batch, lowering.graph.literal(0));
        return lowering.op(Opcode::Subtract, lowering.arg(e, 0, c), taken);
      });
}

// The flow by which the batch that is worked on will leave.
NodeId batch_outflow(LowerContext& lowering, const Expression& e, const Context& context) {
  return lowering.synthesized_state(
      e, context, Outflow, [&lowering, &e](const Context& c) { return lowering.arg(e, 3, c); },
      [&lowering, &e](const Context& c) {
        const NodeId batch =
            lowering.graph.operation(Opcode::Divide, lowering.arg(e, 1, c), lowering.step(c), 0, true);
        return lowering.op(Opcode::Select, batch_starts(lowering, e, c), batch,
                           batch_outflow(lowering, e, c));
      });
}

// DELAY CONVEYOR(input, time, leak, first profile, first content, first time): the input that long ago, less
// what has leaked: at the end of each step the fraction `leak` per unit of time of all that is there, with
// what has just entered. The first content comes out over the first time, as much of it as the profile, drawn
// to that length, says.
NodeId delay_conveyor(LowerContext& lowering, const Expression& e, const Context& context) {
  const auto profile = lowering.table_of(e.arguments[3], context);
  if (!profile) return lowering.graph.literal(0);
  if (!lowering.is_steady(lowering.arg(e, 1, lowering.in_mode(context, Mode::Step))))
    return lowering.wrong(DiagnosticCode::Unsupported,
                          "a conveyor whose time changes while running is not supported",
                          e.arguments[1].location);
  lowering.fix_table(*profile, "it is how a conveyor is filled at the start");
  const auto nothing = [&lowering](const Context&) { return lowering.graph.literal(0); };
  const auto length = [&lowering, &e](const Context& c) { return lowering.arg(e, 1, c); };
  NodeId moved = lowering.synthesized_line(
      e, context, Entered,
      {nothing, [&lowering, &e](const Context& c) { return lowering.arg(e, 0, c); }, length});
  NodeId first = conveyor_first_content(lowering, e, context, *profile);
  const NodeId leak = lowering.arg(e, 2, context);
  if (!lowering.graph.is_literal(leak) || lowering.graph.literal_value(leak) != 0) {
    const NodeId now = conveyor_survival(lowering, e, context);
    const NodeId then = lowering.synthesized_line(
        e, context, Then,
        {nothing, [&lowering, &e](const Context& c) { return conveyor_survival(lowering, e, c); }, length});
    moved = lowering.op(Opcode::Multiply, moved,
                        lowering.op(Opcode::Exp, lowering.op(Opcode::Subtract, now, then)));
    first = lowering.op(Opcode::Multiply, first, lowering.op(Opcode::Exp, now));
  }
  return lowering.graph.operation(Opcode::Add, first, moved, 0, context.mode == Mode::Step);
}

// The logarithm of what is left of something that has been there since the start: sums of logarithms neither
// vanish nor divide by nothing, where products would.
NodeId conveyor_survival(LowerContext& lowering, const Expression& e, const Context& context) {
  constexpr double kNearlyNothing = 1e-300;
  return lowering.synthesized_state(
      e, context, Survival, [&lowering](const Context&) { return lowering.graph.literal(0); },
      [&lowering, &e](const Context& c) {
        const NodeId lost = lowering.op(Opcode::Multiply, lowering.arg(e, 2, c), lowering.step(c));
        const NodeId left = lowering.op(Opcode::Subtract, lowering.graph.literal(1), lost);
        const NodeId logarithm =
            lowering.op(Opcode::Ln, lowering.op(Opcode::Max, left, lowering.graph.literal(kNearlyNothing)));
        return lowering.op(Opcode::Add, conveyor_survival(lowering, e, c), logarithm);
      });
}

// What leaves in this step of what was there at the start, were there no leak.
NodeId conveyor_first_content(LowerContext& lowering, const Expression& e, const Context& context,
                              std::uint32_t profile) {
  const engine::Table& table = lowering.tables[profile];
  const double first = lowering.xs[table.first];
  const double last = lowering.xs[table.first + table.count - 1];
  const NodeId since = lowering.op(Opcode::Subtract, lowering.time(),
                                   lowering.ref(lowering.setting(Setting::Start, context.mode)));
  const auto out_by = [&](NodeId when) {
    const NodeId part = lowering.op(Opcode::Divide, when, lowering.at_start(e, 5, context));
    const NodeId way =
        lowering.op(Opcode::Multiply, lowering.op(Opcode::Min, part, lowering.graph.literal(1)),
                    lowering.graph.literal(last - first));
    return lowering.op(Opcode::LookupIntegral, lowering.op(Opcode::Add, lowering.graph.literal(first), way),
                       profile);
  };
  const NodeId here = lowering.op(
      Opcode::Subtract, out_by(lowering.op(Opcode::Add, since, lowering.step(context))), out_by(since));
  const NodeId whole = lowering.op(Opcode::LookupIntegral, lowering.graph.literal(last), profile);
  const NodeId share = lowering.op(Opcode::SafeDivide, here, whole, lowering.graph.literal(0));
  return lowering.op(Opcode::Divide, lowering.op(Opcode::Multiply, lowering.at_start(e, 4, context), share),
                     lowering.step(context));
}

}  // namespace

Builtins batches_builtins() {
  return {
      {.name = "delay_batch",
       .least = 6,
       .most = 6,
       .lower = delay_batch,
       .docs = {{Section::Delays,
                 "`DELAY BATCH(x, size, t, first, first time, backlog)` | x gathers until there is enough "
                 "for a batch; one batch at once is worked on for t, as that is when it begins, and leaves "
                 "in one step; 0 else. The first batch, which leaves at its time, has the units of a flow | "
                 "V; PySD has none"}}},
      {.name = "delay_conveyor",
       .least = 6,
       .most = 6,
       .lower = delay_conveyor,
       .docs = {{Section::Delays,
                 "`DELAY CONVEYOR(x, t, leak, profile, content, first t)` | x as it was t ago, less what "
                 "leaked: after each step the fraction leak x dt of all that is there. The first content "
                 "leaves over first t as the profile says, drawn to that length. t may not change while "
                 "running: the manual does not say what becomes of what is on its way | V; PySD has none"}}},
  };
}

}  // namespace flowyard::controller::compiler
