#include "worker/engine/kernels.hpp"

#include <algorithm>
#include <cassert>

#include "worker/engine/array_functions.hpp"
#include "worker/engine/bucket_index.hpp"
#include "worker/engine/conveyor.hpp"
#include "worker/engine/functions.hpp"
#include "worker/engine/lookup.hpp"
#include "worker/engine/lookup_kernels.hpp"
#include "worker/engine/queue.hpp"
#include "worker/engine/random.hpp"

namespace flowyard::worker::engine {
namespace {

// A plain loop over lanes: of groups of 8, or one lane alone. Targets may be operands (same lane), never
// overlapping otherwise.
template <class Function>
FLOWYARD_INLINE void for_lanes(std::size_t lanes, Function function) {
  if (lanes == 1) return function(0);
  const std::size_t groups = lanes / 8;
  for (std::size_t group = 0; group < groups; ++group) {
#pragma GCC ivdep
    for (std::size_t i = group * 8; i < group * 8 + 8; ++i) function(i);
  }
}

template <class Function>
FLOWYARD_INLINE void look_up(const Frame& f, const Instruction& in, Function function) {
  const std::size_t stride = f.stride;
  double* out = f.slots + in.target * stride;
  const Table& table = f.tables[in.b];
  if (f.table_replaced[in.b]) {
    const double* number = f.slots + table.replacement * stride;
    for_lanes(
        f.lanes, [=](std::size_t i) __attribute__((always_inline)) { out[i] = number[i]; });
    return;
  }
  const double* x = f.slots + in.a * stride;
  const double* xs = f.xs + table.first;
  const double* ys = f.ys + table.first;
  const std::uint32_t count = table.count;
  const TableMode mode = table.mode;
  for_lanes(
      f.lanes, [=](std::size_t i)
                   __attribute__((always_inline)) { out[i] = function(mode, xs, ys, count, x[i]); });
}

RandomPlace place_of(const Frame& f, std::uint32_t stream, std::size_t lane) {
  return {.key = mixed(f.seed) ^ f.streams[stream], .draw = f.draws[lane], .step = f.step_index};
}

void initial_stock(const Frame& f, const Instruction& in) {
  const std::size_t stride = f.stride;
  const double* given = f.initials[in.b];
  const double* from = given ? given + f.first_lane : f.slots + in.a * stride;
  double* out = f.slots + in.target * stride;
  double* stock = f.slots + (f.first_stock + in.b) * stride;
  for (std::size_t i = 0; i < f.lanes; ++i) stock[i] = out[i] = from[i];
}

void setting(const Frame& f, const Instruction& in) {
  const double given = f.settings[in.b];
  const double* from = f.slots + in.a * f.stride;
  double* out = f.slots + in.target * f.stride;
  for (std::size_t i = 0; i < f.lanes; ++i) out[i] = given == given ? given : from[i];
}

// Reads `count` operands of one lane into scratch.
void gather(const Frame& f, std::uint32_t offset, std::uint64_t count, std::size_t lane, double* into) {
  for (std::uint64_t k = 0; k < count; ++k) into[k] = f.slots[f.operands[offset + k] * f.stride + lane];
}

void array_instruction(const Frame& f, const Instruction& in) {
  const std::uint32_t n = in.b;
  double* inputs = f.scratch;
  for (std::size_t lane = 0; lane < f.lanes; ++lane) {
    const std::uint64_t read = operands_of(in);
    gather(f, in.a, read, lane, inputs);
    double* out = inputs + read;
    double* work = out + targets_of(in);
    switch (in.op) {
      case Opcode::SortOrder:
        sort_order(inputs, n, inputs[n], out);
        break;
      case Opcode::Rank:
        rank(inputs, n, inputs[n], out, work);
        break;
      case Opcode::InvertMatrix:
        invert_matrix(inputs, n, out, work);
        break;
      case Opcode::AllocateAvailable:
        allocate_available(inputs, n, inputs[std::size_t{5} * n], out);
        break;
      case Opcode::AllocateByPriority:
        allocate_by_priority(inputs, inputs + n, n, inputs[2 * n], inputs[2 * n + 1], out);
        break;
      case Opcode::FindMarketPrice:
        out[0] = find_market_price(inputs, n, inputs + std::size_t{5} * n, in.c);
        break;
      case Opcode::ConveyorFlows:
        f.conveyors[n * f.stride + lane].flows(f.conveyor_tables[n], inputs[0], inputs[1] != 0, inputs + 2,
                                               out);
        break;
      case Opcode::ConveyorStart: {
        ConveyorState conveyor;
        conveyor.begin(f.conveyor_tables[n], inputs[0], inputs[1], inputs[2], inputs + 4);
        conveyor.flows(f.conveyor_tables[n], inputs[2], inputs[3] != 0, inputs + 4, out);
        break;
      }
      case Opcode::QueueFlows:
        f.queues[n * f.stride + lane].flows(f.queue_tables[n], inputs[0], inputs[1], inputs + 2, out);
        break;
      case Opcode::QueueStart: {
        QueueState queue;
        queue.begin(inputs[0]);
        queue.flows(f.queue_tables[n], inputs[1], inputs[2], inputs + 3, out);
        break;
      }
      case Opcode::QuantityAtPrice:
        out[0] = quantity_at_price(inputs, n == 1, inputs[5]);
        break;
      case Opcode::VectorLookup:
        out[0] = vector_lookup(inputs, n);
        break;
      case Opcode::ArrayElement: {
        const double position = inputs[0];
        const bool inside = position >= 1 && position < n + 1.0;
        out[0] = inside ? inputs[static_cast<std::size_t>(position)] : fn::kNotAvailable;
        break;
      }
#define UNARY(Name, mnemonic, expression, meaning) case Opcode::Name:
#define BINARY(Name, mnemonic, expression, meaning) case Opcode::Name:
#define TERNARY(Name, mnemonic, expression, meaning) case Opcode::Name:
#define SPECIAL(Name, mnemonic, operands, meaning) case Opcode::Name:
#define GATHERED(Name, mnemonic, operands, read, written, meaning)
#include "worker/engine/opcodes.def"
      case Opcode::RandomBetween:
      case Opcode::Count_:
        assert(false);  // not this function's
    }
    for (std::uint64_t k = 0; k < targets_of(in); ++k) f.slots[(in.target + k) * f.stride + lane] = out[k];
  }
}

void random_instruction(const Frame& f, const Instruction& in) {
  double* out = f.slots + in.target * f.stride;
  for (std::size_t i = 0; i < f.lanes; ++i) {
    if (in.op == Opcode::Random) out[i] = random_uniform(place_of(f, in.a, i), in.b);
    if (in.op == Opcode::RandomNormal) out[i] = random_normal(place_of(f, in.a, i), in.b);
    if (in.op != Opcode::RandomBetween) continue;
    double* given = f.scratch;
    gather(f, in.a, operands_of(in), i, given);
    const Truncation truncation{.shift = given[2], .stretch = given[3], .least = given[4], .most = given[5]};
    out[i] = random_between(place_of(f, in.b, i), static_cast<Distribution>(in.c), given, truncation);
  }
}

#define LOOKUP_CASE(Name, call)                                                                        \
  case Opcode::Name:                                                                                   \
    look_up(f, in, [](TableMode mode, const double* xs, const double* ys, std::uint32_t n, double x) { \
      return static_cast<void>(mode), call;                                                            \
    });                                                                                                \
    break;

FLOWYARD_INLINE void execute_body(Level level, const Frame& f, const Instruction* code, std::size_t count) {
  const std::size_t stride = f.stride;
  const std::size_t lanes = f.lanes;
  for (const Instruction* at = code; at != code + count; ++at) {
    const Instruction& in = *at;
    switch (in.op) {
#define UNARY(Name, mnemonic, expression, meaning)                 \
  case Opcode::Name: {                                             \
    const double* a = f.slots + in.a * stride;                     \
    double* out = f.slots + in.target * stride;                    \
    for_lanes(                                                     \
        lanes, [=](std::size_t i) __attribute__((always_inline)) { \
          const double x = a[i];                                   \
          out[i] = expression;                                     \
        });                                                        \
    break;                                                         \
  }
#define BINARY(Name, mnemonic, expression, meaning)                \
  case Opcode::Name: {                                             \
    const double* a = f.slots + in.a * stride;                     \
    const double* b = f.slots + in.b * stride;                     \
    double* out = f.slots + in.target * stride;                    \
    for_lanes(                                                     \
        lanes, [=](std::size_t i) __attribute__((always_inline)) { \
          const double x = a[i];                                   \
          const double y = b[i];                                   \
          out[i] = expression;                                     \
        });                                                        \
    break;                                                         \
  }
#define TERNARY(Name, mnemonic, expression, meaning)               \
  case Opcode::Name: {                                             \
    const double* a = f.slots + in.a * stride;                     \
    const double* b = f.slots + in.b * stride;                     \
    const double* c = f.slots + in.c * stride;                     \
    double* out = f.slots + in.target * stride;                    \
    for_lanes(                                                     \
        lanes, [=](std::size_t i) __attribute__((always_inline)) { \
          const double x = a[i];                                   \
          const double y = b[i];                                   \
          const double z = c[i];                                   \
          out[i] = expression;                                     \
        });                                                        \
    break;                                                         \
  }
#define SPECIAL(Name, mnemonic, operands, meaning)
#define GATHERED(Name, mnemonic, operands, read, written, meaning)
#include "worker/engine/opcodes.def"
      case Opcode::Lookup:
        if (f.indexed[in.b].buckets != nullptr) {
          look_up_indexed(level, f, in);
          break;
        }
        look_up(f, in, [](TableMode mode, const double* xs, const double* ys, std::uint32_t n, double x) {
          return lookup(mode, xs, ys, n, x);
        });
        break;
        LOOKUP_CASE(LookupInverse, lookup_inverse(xs, ys, n, x))
        LOOKUP_CASE(LookupForward, lookup_forward(xs, ys, n, x))
        LOOKUP_CASE(LookupBackward, lookup_backward(xs, ys, n, x))
        LOOKUP_CASE(LookupExtrapolate, lookup_extrapolate(xs, ys, n, x))
        LOOKUP_CASE(LookupInside, lookup_inside(xs, ys, n, x))
        LOOKUP_CASE(LookupIntegral, lookup_integral(xs, ys, n, x))
        LOOKUP_CASE(LookupSlopeLeft, lookup_slope_left(xs, ys, n, x))
        LOOKUP_CASE(LookupSlopeRight, lookup_slope_right(xs, ys, n, x))
      case Opcode::Random:
      case Opcode::RandomNormal:
      case Opcode::RandomBetween:
        random_instruction(f, in);
        break;
      case Opcode::InitialStock:
        initial_stock(f, in);
        break;
      case Opcode::Setting:
        setting(f, in);
        break;
      case Opcode::SortOrder:
      case Opcode::Rank:
      case Opcode::InvertMatrix:
      case Opcode::AllocateAvailable:
      case Opcode::AllocateByPriority:
      case Opcode::FindMarketPrice:
      case Opcode::QuantityAtPrice:
      case Opcode::VectorLookup:
      case Opcode::ConveyorFlows:
      case Opcode::ConveyorStart:
      case Opcode::QueueFlows:
      case Opcode::QueueStart:
      case Opcode::ArrayElement:
        array_instruction(f, in);
        break;
      case Opcode::Count_:
        assert(false);
    }
  }
}

// Not target_clones: a static program and a sanitized one cannot bear its resolver, and tests want to
// choose. Without FMA in the list no level can contract a multiplication and an addition.
#define FLOWYARD_AVX2 [[gnu::target("avx2")]]
#define FLOWYARD_AVX512 [[gnu::target("avx512f,avx512dq,avx512vl,prefer-vector-width=512")]]

void execute_base(const Frame& f, const Instruction* code, std::size_t n) {
  execute_body(Level::Base, f, code, n);
}
FLOWYARD_AVX2 void execute_avx2(const Frame& f, const Instruction* code, std::size_t n) {
  execute_body(Level::Avx2, f, code, n);
}
FLOWYARD_AVX512 void execute_avx512(const Frame& f, const Instruction* code, std::size_t n) {
  execute_body(Level::Avx512, f, code, n);
}

}  // namespace

Level best_kernels() {
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
      __builtin_cpu_supports("avx512vl"))
    return Level::Avx512;
  return __builtin_cpu_supports("avx2") ? Level::Avx2 : Level::Base;
}

Level best_level() {
  return best_kernels() == Level::Base ? Level::Base : Level::Native;
}

Kernels kernels_of(Level level) {
  if (level == Level::Native) level = best_kernels();
  if (level == Level::Avx512) return execute_avx512;
  return level == Level::Avx2 ? execute_avx2 : execute_base;
}

std::size_t scratch_size(const Program& program) {
  std::size_t most = 0;
  for (const Code* code : {&program.invariant, &program.initial, &program.step, &program.save,
                           &program.stocks_code, &program.finish}) {
    for (const Instruction& in : *code) {
      if (info(in.op).operands[0] != 'o') continue;
      most = std::max(most, static_cast<std::size_t>(operands_of(in) + 2 * targets_of(in)));
    }
  }
  return most;
}

}  // namespace flowyard::worker::engine
