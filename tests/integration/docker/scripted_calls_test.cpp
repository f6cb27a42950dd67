// Calls to an Engine that misbehaves: versions, lost replies, refusals of all kinds.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "common/async/timeout.hpp"
#include "docker/client/ensure_removed.hpp"
#include "tests/support/scripted_engine.hpp"

namespace flowyard::test {
namespace {

using docker::CreateContainer;
using docker::EngineError;
using docker::EngineUnreachable;
using docker::Mount;
using docker::ReplyLost;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;
using namespace std::chrono_literals;

const char* const kTooOld =
    "client version 1.40 is too old. Minimum supported API version is 1.44, please upgrade";
const char* const kTooNew = "client version 1.51 is too new. Maximum supported API version is 1.43";
const char* const kRemoving = "removal of container x is already in progress";

CreateContainer novel_poodle() {
  CreateContainer options;
  options.name = "novel-poodle";
  options.image = "worker:1";
  return options;
}

template <class Error, class T>
std::string text_of(ScriptedEngine& scripted, async::Task<T> task) {
  try {
    scripted.run(std::move(task));
  } catch (const Error& error) {
    return error.what();
  }
  return "no such error";
}

TEST(EngineVersions, AreSettledOnceAndPrefixed) {
  ScriptedEngine scripted({{read_request(), offer("1.99"), read_request(), respond(200, "[]"), read_request(),
                            respond(200, "[]")}});
  scripted.run(scripted.engine().list_containers());
  scripted.run(scripted.engine().list_containers());
  EXPECT_EQ(scripted.line(0), "GET /_ping");
  EXPECT_THAT(scripted.line(1), StartsWith("GET /v1.51/containers/json"));
  EXPECT_THAT(scripted.line(2), StartsWith("GET /v1.51/containers/json"));
}

TEST(EngineVersions, FollowARefusalAsTooOldOnce) {
  ScriptedEngine scripted({{read_request(), offer(""), read_request(), refuse(400, kTooOld), read_request(),
                            respond(200, "[]")}});
  scripted.run(scripted.engine().list_containers());
  EXPECT_THAT(scripted.line(1), StartsWith("GET /v1.40/"));
  EXPECT_THAT(scripted.line(2), StartsWith("GET /v1.44/"));
}

TEST(EngineVersions, FollowARefusalAsTooNewOnce) {
  ScriptedEngine scripted({{read_request(), offer("1.51"), read_request(), refuse(400, kTooNew),
                            read_request(), refuse(400, kTooNew)}});
  EXPECT_THAT(text_of<EngineError>(scripted, scripted.engine().list_containers()), HasSubstr("too new"));
  EXPECT_THAT(scripted.line(2), StartsWith("GET /v1.43/"));
  EXPECT_EQ(scripted.requests().size(), 3u);
}

TEST(EngineVersions, FollowARefusalOfAStreamToo) {
  ScriptedEngine scripted({{read_request(), offer("1.51"), read_request(), refuse(400, kTooNew),
                            read_request(), begin_chunks(), chunk("")}});
  auto stream = scripted.run(scripted.engine().events());
  EXPECT_FALSE(scripted.run(stream.read()));
  EXPECT_THAT(scripted.line(2), StartsWith("GET /v1.43/events"));
}

TEST(EngineVersions, AreAskedForAgainWhenTheRefusalNamesNoneThatIsSpoken) {
  ScriptedEngine scripted(
      {{read_request(), offer("1.51"), read_request(), refuse(400, "client version 1.51 is too new"),
        read_request(), offer("1.41"), read_request(), respond(200, "[]")}});
  scripted.run(scripted.engine().list_containers());
  EXPECT_EQ(scripted.line(2), "GET /_ping");
  EXPECT_THAT(scripted.line(3), StartsWith("GET /v1.41/"));
}

TEST(EngineVersions, AreSettledAgainAfterALostConnection) {
  ScriptedEngine scripted({{read_request(), offer("1.51"), read_request()},
                           {read_request(), offer("1.41"), read_request(), respond(200, "")}});
  EXPECT_THROW(scripted.run(scripted.engine().start_container("x")), ReplyLost);
  scripted.run(scripted.engine().start_container("x"));
  EXPECT_THAT(scripted.line(1), StartsWith("POST /v1.51/"));
  EXPECT_THAT(scripted.line(3), StartsWith("POST /v1.41/"));
}

// A GET that met the end of its connection is repeated by the HTTP client, and may so meet another Engine.
TEST(EngineVersions, FollowAnEngineThatWasReplacedBetweenTwoCalls) {
  ScriptedEngine scripted({{read_request(), offer("1.51"), read_request()},
                           {read_request(), refuse(400, kTooNew), read_request(), respond(200, "[]")}});
  scripted.run(scripted.engine().list_containers());
  EXPECT_THAT(scripted.line(2), StartsWith("GET /v1.51/"));
  EXPECT_THAT(scripted.line(3), StartsWith("GET /v1.43/"));
}

TEST(EngineVersions, OlderThanIsSpokenAreSaidToBe) {
  ScriptedEngine scripted({{read_request(), offer("1.9")}});
  EXPECT_THAT(text_of<EngineError>(scripted, scripted.engine().list_containers()),
              HasSubstr("it speaks API 1.9 at most, and 1.40 is needed"));
}

TEST(EngineCalls, WithoutABodySayThatItIsEmpty) {
  ScriptedEngine scripted({after_ping({read_request(), respond(200, "")})});
  scripted.run(scripted.engine().start_container("novel-poodle"));
  const std::string request = scripted.requests().at(1);
  EXPECT_THAT(request, StartsWith("POST /v1.41/containers/novel-poodle/start HTTP/1.1\r\n"));
  EXPECT_THAT(request, HasSubstr("\r\nContent-Length: 0\r\n"));
  EXPECT_THAT(request, HasSubstr("\r\nHost: "));
  EXPECT_THAT(request, Not(HasSubstr("chunked")));
}

TEST(EngineCalls, AskForContainersAsAgreed) {
  ScriptedEngine scripted({after_ping({read_request(), respond(201, R"({"Id":"4a","Warnings":null})")})});
  auto options = novel_poodle();
  options.memory = options.memory_swap = 64 << 20;
  options.mounts = {{Mount::Kind::Bind, "/run/yard", "/run/flowyard", Mount::Access::ReadOnly}};
  options.log_config.max_size = "1m";
  EXPECT_EQ(scripted.run(scripted.engine().create_container(options)).id, "4a");
  EXPECT_EQ(scripted.line(1), "POST /v1.41/containers/create?name=novel-poodle");
  const auto body = nlohmann::json::parse(scripted.body(1));
  const auto& host = body.at("HostConfig");
  EXPECT_EQ(host.at("AutoRemove"), false);
  EXPECT_EQ(host.at("RestartPolicy").at("Name"), "no");
  EXPECT_EQ(host.at("MemorySwap"), host.at("Memory"));
  EXPECT_FALSE(host.contains("Binds"));
  EXPECT_EQ(host.at("Mounts").at(0).at("ReadOnly"), true);
  EXPECT_EQ(host.at("LogConfig").at("Config").at("max-size"), "1m");
}

TEST(EngineCalls, WhoseReplyIsLostAreNotRepeated) {
  ScriptedEngine scripted({after_ping({read_request()})});
  EXPECT_THAT(text_of<ReplyLost>(scripted, scripted.engine().create_container(novel_poodle())),
              StartsWith("create container novel-poodle: the Docker Engine's reply was lost"));
  EXPECT_EQ(scripted.requests().size(), 2u);
}

TEST(EngineCalls, WhoseReplyIsCutShortAreLost) {
  ScriptedEngine scripted(
      {after_ping({read_request(), send_bytes("HTTP/1.1 201 Created\r\nContent-Le")}),
       after_ping({read_request(), send_bytes("HTTP/1.1 201 Created\r\nContent-Length: 50\r\n"
                                              "\r\n{\"Id\":")})});
  EXPECT_THROW(scripted.run(scripted.engine().create_container(novel_poodle())), ReplyLost);
  EXPECT_THROW(scripted.run(scripted.engine().create_container(novel_poodle())), ReplyLost);
}

TEST(EngineCalls, WhoseReplyDoesNotComeInTimeAreLost) {
  ScriptedEngine scripted({after_ping({read_request(), stall()})});
  EXPECT_THAT(text_of<ReplyLost>(scripted, scripted.engine().start_container("novel-poodle", 50ms)),
              HasSubstr("no answer within"));
}

TEST(EngineCalls, PassACancellationOn) {
  ScriptedEngine scripted({after_ping({read_request(), stall()})});
  auto call = async::with_timeout(50ms, scripted.engine().start_container("novel-poodle"));
  EXPECT_THROW(scripted.run(std::move(call)), async::TimedOut);
}

TEST(EngineCalls, ThatCannotBeMadeSayWhatToDo) {
  boost::asio::io_context io;
  auto address = docker::local_engine();
  address.endpoint.path = "/tmp/flowyard-test-no-engine.sock";
  docker::Engine engine(io.get_executor(), address);
  try {
    run_task(io, engine.ping());
    FAIL() << "an Engine answered";
  } catch (const EngineUnreachable& error) {
    EXPECT_THAT(error.what(), HasSubstr("/tmp/flowyard-test-no-engine.sock"));
    EXPECT_THAT(error.what(), HasSubstr("install and start Docker"));
  }
}

TEST(EngineCalls, HearAnAnswerThatComesDuringTheUpload) {
  ScriptedEngine scripted(
      {{read_request(), offer_and_close("1.41")}, {refuse(500, "no space left on device")}});
  const std::string archive(8 << 20, 'x');
  EXPECT_THAT(text_of<EngineError>(scripted, scripted.engine().load_images(archive)),
              HasSubstr("no space left on device"));
}

TEST(EngineCalls, GiveTheEnginesOwnWordsWhateverTheirForm) {
  ScriptedEngine scripted(
      {after_ping({read_request(), refuse(500, "driver failed"), read_request(),
                   respond(502, "bad gateway\n", "text/plain"), read_request(), respond(503, "")})});
  auto& engine = scripted.engine();
  EXPECT_THAT(text_of<EngineError>(scripted, engine.start_container("x")),
              StartsWith("start container x: driver failed"));
  EXPECT_THAT(text_of<EngineError>(scripted, engine.start_container("x")), HasSubstr("bad gateway (Docker"));
  EXPECT_THAT(text_of<EngineError>(scripted, engine.start_container("x")), HasSubstr("Service Unavailable"));
}

TEST(EngineCalls, UnderstandPodman) {
  const std::string taken =
      R"({"cause":"that name is already in use","message":"creating container storage: the container name )"
      R"(\"novel-poodle\" is already in use by 4a: that name is already in use","response":500})";
  ScriptedEngine scripted({after_ping({read_request(), respond(500, taken)})});
  try {
    scripted.run(scripted.engine().create_container(novel_poodle()));
    FAIL() << "the name was free";
  } catch (const EngineError& error) {
    EXPECT_TRUE(is_name_in_use(error));
    EXPECT_FALSE(is_not_found(error));
  }
}

TEST(EngineCalls, RefuseAnAnswerThatIsNotJson) {
  ScriptedEngine scripted({after_ping({read_request(), respond(200, "<html>", "text/html")})});
  EXPECT_THAT(text_of<EngineError>(scripted, scripted.engine().inspect_container("x")), HasSubstr("<html>"));
}

TEST(EngineCalls, TakeNullsAndMissingFieldsForNothing) {
  const char* const sparse = R"({"Id":"4a","Name":"/x","State":{"Status":"exited"},"Config":{"Labels":null},
                                 "HostConfig":{"Memory":null},"Mounts":null,"NetworkSettings":{}})";
  ScriptedEngine scripted({after_ping({read_request(), respond(200, sparse)})});
  const auto details = scripted.run(scripted.engine().inspect_container("x"));
  EXPECT_EQ(details.name, "x");
  EXPECT_EQ(details.state.status, docker::ContainerStatus::Exited);
  EXPECT_TRUE(details.labels.empty());
  EXPECT_EQ(details.memory, 0);
}

TEST(EnsureRemoved, AsksAgainWhileAnotherRemovalIsInProgress) {
  ScriptedEngine scripted({after_ping({read_request(), refuse(409, kRemoving), read_request(),
                                       refuse(409, kRemoving), read_request(), refuse(500, kRemoving),
                                       read_request(), refuse(404, "No such container: x")})});
  scripted.run(docker::ensure_removed(scripted.engine(), "x"));
  EXPECT_EQ(scripted.requests().size(), 5u);
  EXPECT_EQ(scripted.line(1), "DELETE /v1.41/containers/x?force=1&v=1");
}

TEST(EnsureRemoved, FollowsUpALostReply) {
  ScriptedEngine scripted({after_ping({read_request()}), after_ping({read_request(), respond(204, "")})});
  scripted.run(docker::ensure_removed(scripted.engine(), "x"));
  EXPECT_EQ(scripted.requests().size(), 4u);
}

TEST(EnsureRemoved, GivesUpInTime) {
  Script storm{read_request(), offer("1.41")};
  for (int n = 0; n < 100; ++n) {
    storm.push_back(read_request());
    storm.push_back(refuse(409, kRemoving));
  }
  ScriptedEngine scripted({storm});
  EXPECT_THROW(scripted.run(docker::ensure_removed(scripted.engine(), "x", 100ms)), async::TimedOut);
}

TEST(EnsureRemoved, PassesOnWhatItCannotMend) {
  ScriptedEngine scripted({after_ping({read_request(), refuse(500, "device or resource busy")})});
  EXPECT_THROW(scripted.run(docker::ensure_removed(scripted.engine(), "x")), EngineError);
}

}  // namespace
}  // namespace flowyard::test
