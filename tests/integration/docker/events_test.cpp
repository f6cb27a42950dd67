// Events of a real Engine.
#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/real_engine.hpp"

namespace flowyard::test {
namespace {

using docker::Engine;
using docker::Event;
using docker::EventOptions;
using testing::Contains;
using testing::ElementsAre;
using testing::Field;

class Events : public RealEngine {
 protected:
  EventOptions mine() {
    EventOptions options;
    options.types = {"container"};
    options.labels = {"flowyard.test.events=" + colour_};
    return options;
  }
  docker::CreateContainer short_run(int exit_code) {
    auto options = probe({"exit", std::to_string(exit_code)});
    options.labels["flowyard.test.events"] = colour_;
    return options;
  }

  const std::string colour_ = fresh_name("events");
};

async::Task<std::vector<Event>> events_until(Engine& engine, EventOptions options, std::string last_action) {
  docker::EventStream stream = co_await engine.events(std::move(options));
  std::vector<Event> events;
  while (auto event = co_await stream.read()) {
    events.push_back(std::move(*event));
    if (events.back().action == last_action) break;
  }
  co_return events;
}

async::Task<std::vector<Event>> run_and_watch(Engine& engine, EventOptions options,
                                              docker::CreateContainer container) {
  docker::EventStream stream = co_await engine.events(std::move(options));
  const std::string name = container.name;
  co_await engine.create_container(std::move(container));
  co_await engine.start_container(name);
  std::vector<Event> events;
  while (auto event = co_await stream.read()) {
    events.push_back(std::move(*event));
    if (events.back().action == "die") break;
  }
  co_return events;
}

TEST_F(Events, TellOfALifeAsItGoesOn) {
  const auto container = short_run(7);
  const auto events = run(run_and_watch(*engine_, mine(), container));
  EXPECT_THAT(events, ElementsAre(Field(&Event::action, "create"), Field(&Event::action, "start"),
                                  Field(&Event::action, "die")));
  const Event& death = events.back();
  EXPECT_EQ(death.type, "container");
  EXPECT_EQ(death.attributes.at("exitCode"), "7");
  EXPECT_EQ(death.attributes.at("name"), container.name);
  EXPECT_EQ(death.id, run(engine_->inspect_container(container.name)).id);
  EXPECT_TRUE(death.time);
}

TEST_F(Events, AreReadAgainFromAMomentBeforeABreak) {
  const auto first = run(run_and_watch(*engine_, mine(), short_run(0)));
  EventOptions again = mine();
  again.since = *first.front().time - std::chrono::milliseconds(1);
  EXPECT_THAT(run(events_until(*engine_, again, "die")), Contains(Field(&Event::action, "create")));
}

TEST_F(Events, EndWhereTheyWereAskedToEnd) {
  const auto first = run(run_and_watch(*engine_, mine(), short_run(0)));
  EventOptions past = mine();
  past.since = *first.front().time - std::chrono::seconds(1);
  past.until = *first.back().time;
  past.events = {"die"};
  const auto events = run(events_until(*engine_, past, "never"));
  EXPECT_LE(events.size(), 1u);
  for (const auto& event : events) EXPECT_EQ(event.action, "die");
}

}  // namespace
}  // namespace flowyard::test
