#include "worker/app/native_runner.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/logistic_program.hpp"
#include "worker/engine/serialize.hpp"

namespace flowyard::worker::app {
namespace {

using protocol::LeaseGrant;
using protocol::ResultChunk;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

bool always() {
  return true;
}

LeaseGrant lease_of(std::uint64_t count) {
  LeaseGrant lease;
  lease.program = "p";
  lease.first = 100;
  lease.count = count;
  lease.draws.assign(count, 0);
  std::vector<double> rates(count);
  for (std::uint64_t k = 0; k < count; ++k) rates[k] = 0.01 + 0.0001 * static_cast<double>(k);
  lease.parameters = {{.name = "growth_rate", .elements = 1, .shared = false, .values = std::move(rates)},
                      {.name = "carrying_capacity", .elements = 1, .shared = true, .values = {5000}}};
  lease.outputs = {"population"};
  lease.outcomes = {{.name = "peak", .expression = ""}, {.name = "final", .expression = ""}};
  return lease;
}

std::vector<ResultChunk> run(NativeRunner& runner, const LeaseGrant& lease) {
  if (!runner.find("p")) runner.keep("p", engine::serialize(test::logistic_program())).value();
  runner.begin(lease).value();
  std::vector<ResultChunk> chunks;
  for (std::uint64_t done = 0; done < lease.count; done += chunks.back().count) {
    chunks.push_back(runner.next(always).value().value());
  }
  return chunks;
}

TEST(NativeRunner, KeepsTheTimesWanted) {
  NativeRunner runner;
  const auto all = run(runner, lease_of(3));
  auto lease = lease_of(3);
  lease.keep_times = {50, 0, 7777};
  const auto some = run(runner, lease);
  ASSERT_EQ(some.size(), 1u);
  EXPECT_THAT(some[0].times, ElementsAre(0, 50));
  const auto& values = all[0].series[0].values;
  const auto row = [&](std::size_t at) { return std::vector<double>(&values[at * 3], &values[at * 3] + 3); };
  auto expected = row(0);
  for (const double value : row(50)) expected.push_back(value);
  EXPECT_EQ(all[0].times[50], 50);
  EXPECT_EQ(some[0].series[0].values, expected);
  EXPECT_EQ(some[0].outcomes, all[0].outcomes);
}

TEST(NativeRunner, ReturnsWhatTheLeaseAsksForInItsOrderAndWords) {
  NativeRunner runner;
  const auto chunks = run(runner, lease_of(3));
  ASSERT_EQ(chunks.size(), 1u);
  EXPECT_EQ(chunks[0].chunk, 0u);
  EXPECT_EQ(chunks[0].first, 100u);
  EXPECT_EQ(chunks[0].count, 3u);
  EXPECT_THAT(chunks[0].outcome_names, ElementsAre("peak", "final"));
  EXPECT_EQ(chunks[0].times.size(), 101u);
  ASSERT_EQ(chunks[0].series.size(), 1u);
  EXPECT_EQ(chunks[0].series[0].name, "population");
  EXPECT_TRUE(chunks[0].series[0].elements.empty());
  EXPECT_EQ(chunks[0].series[0].values.size(), 303u);
  EXPECT_EQ(chunks[0].series[0].values[302], chunks[0].outcomes[1][2]);
}

TEST(NativeRunner, GivesTheSameNumbersHoweverALeaseIsSliced) {
  NativeRunner whole;
  const auto all = run(whole, lease_of(50)).at(0);
  NativeRunner sliced({.seconds = 10, .values = 7 * 103});
  const auto chunks = run(sliced, lease_of(50));
  ASSERT_GT(chunks.size(), 4u);
  std::uint64_t next = 0;
  for (std::size_t k = 0; k < chunks.size(); ++k) {
    EXPECT_EQ(chunks[k].chunk, k);
    EXPECT_EQ(chunks[k].first, 100 + next);
    for (std::uint64_t n = 0; n < chunks[k].count; ++n) {
      EXPECT_EQ(chunks[k].outcomes[1][n], all.outcomes[1][next + n]);
    }
    next += chunks[k].count;
  }
  EXPECT_EQ(next, 50u);
}

TEST(NativeRunner, StopsWhenToldTo) {
  NativeRunner runner;
  runner.keep("p", engine::serialize(test::logistic_program())).value();
  LeaseGrant lease = lease_of(1);
  lease.time.stop = 4'000'000;
  lease.time.save_every = 4'000'000;
  runner.begin(lease).value();
  EXPECT_EQ(runner.next([] { return false; }).value(), std::nullopt);
}

TEST(NativeRunner, NamesWhatTheProgramDoesNotHave) {
  NativeRunner runner;
  runner.keep("p", engine::serialize(test::logistic_program())).value();
  LeaseGrant lease = lease_of(1);
  lease.outputs = {"Populaton"};
  EXPECT_THAT(runner.begin(lease).error().message, HasSubstr("'Population'"));
  lease = lease_of(1);
  lease.time.method = "rk5";
  EXPECT_THAT(runner.begin(lease).error().message, HasSubstr("'rk5'"));
  lease = lease_of(1);
  lease.program = "q";
  EXPECT_TRUE(runner.begin(lease).has_error());
  EXPECT_TRUE(runner.keep("q", "not a program").has_error());
  EXPECT_FALSE(runner.find("q"));
}

TEST(NativeRunner, KeepsTheProgramsUsedLast) {
  NativeRunner runner;
  const std::string bytes = engine::serialize(test::logistic_program());
  for (const char* hash : {"a", "b", "c", "p"}) runner.keep(hash, bytes).value();
  LeaseGrant lease = lease_of(1);
  lease.program = "a";
  runner.begin(lease).value();
  runner.keep("d", bytes).value();
  EXPECT_TRUE(runner.find("a"));
  EXPECT_FALSE(runner.find("b"));
}

}  // namespace
}  // namespace flowyard::worker::app
