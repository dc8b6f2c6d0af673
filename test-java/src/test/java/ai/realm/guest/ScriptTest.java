package ai.realm.guest;

import static ai.realm.guest.GuestFixture.assertCode;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.host.Grants;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Guests in GraalJS: what they see, and how calls are answered. */
class ScriptTest {
  /** llama.cpp's greedy text for {@code the cea}. */
  private static final String TEXT = "khep té theerapé中bpnlyed tinanvwhe";

  private final GuestFixture fixture = new GuestFixture();

  @AfterEach
  void close() {
    fixture.close();
  }

  private JsonElement run(String body) {
    try (Guest guest = fixture.script("function run(...args) {" + body + "}")) {
      return JsonParser.parseString(guest.call("run", "[1]"));
    }
  }

  @Test
  void carriesJsonBothWays() {
    try (Guest guest = fixture.script("const echo = (...all) => all")) {
      String values = "[1,-2.5,\"é中\\\"\\u0000\",null,true,[[]],{\"a\":{\"b\":[]}}]";
      assertEquals(
          JsonParser.parseString(values), JsonParser.parseString(guest.call("echo", values)));
      assertEquals("[]", guest.call("echo", "[]"));
    }
  }

  @Test
  void takesArgumentsInAnArray() {
    try (Guest guest = fixture.script("const echo = (...all) => all")) {
      assertCode(ErrorCode.INVALID_ARGUMENT, () -> guest.call("echo", "5"));
      assertCode(ErrorCode.INVALID_ARGUMENT, () -> guest.call("echo", ""));
      assertCode(ErrorCode.INVALID_ARGUMENT, () -> guest.call("echo", "[NaN]"));
    }
  }

  @Test
  void keepsItsStateBetweenCalls() {
    try (Guest guest = fixture.script("let count = 10; function next() { return ++count }")) {
      assertEquals("11", guest.call("next", "[]"));
      assertEquals("12", guest.call("next", "[]"));
    }
  }

  @Test
  void answersNothingWithNull() {
    assertEquals("null", run("").toString());
    assertEquals("null", run("return () => 1").toString());
  }

  @Test
  void waitsForPromises() {
    assertEquals("3", run("return Promise.resolve(2).then(async (two) => (await two) + 1)") + "");
    try (Guest guest = fixture.script("const never = () => new Promise(() => {})")) {
      EngineException thrown = assertCode(ErrorCode.GUEST_ERROR, () -> guest.call("never", "[]"));
      assertTrue(thrown.getMessage().contains("promise"), thrown.getMessage());
    }
  }

  @Test
  void passesOnWhatTheGuestThrows() {
    EngineException thrown =
        assertCode(ErrorCode.GUEST_ERROR, () -> run("throw new TypeError('so nicht')"));
    assertEquals("TypeError: so nicht", thrown.getMessage());
    assertCode(ErrorCode.GUEST_ERROR, () -> run("return Promise.reject(new Error('late'))"));
    assertCode(ErrorCode.GUEST_ERROR, () -> run("const a = {}; a.a = a; return a"));
    assertCode(ErrorCode.GUEST_ERROR, () -> run("throw 5"));
    assertCode(ErrorCode.GUEST_ERROR, () -> run("throw null"));
    assertCode(ErrorCode.GUEST_ERROR, () -> fixture.script("function ("));
    assertCode(ErrorCode.GUEST_ERROR, () -> fixture.script("nothing.here"));
  }

  @Test
  void goesOnAfterAnError() {
    try (Guest guest =
        fixture.script("function run(bad) { if (bad) throw new Error('bad'); return 1 }")) {
      assertCode(ErrorCode.GUEST_ERROR, () -> guest.call("run", "[true]"));
      assertEquals("1", guest.call("run", "[]"));
    }
  }

  @Test
  void knowsItsFunctionsAlone() {
    try (Guest guest = fixture.script("const number = 5")) {
      assertCode(ErrorCode.NOT_FOUND, () -> guest.call("missing", "[]"));
      assertCode(ErrorCode.NOT_FOUND, () -> guest.call("number", "[]"));
    }
  }

  @Test
  void addsRealmAloneToTheGlobalsOfTheLanguage() {
    JsonElement others =
        run(
            """
            const language = ('Object Function Array String Date Number Boolean RegExp Math JSON ' +
              'NaN Infinity undefined isNaN isFinite parseFloat parseInt encodeURI decodeURI ' +
              'encodeURIComponent decodeURIComponent eval escape unescape Error EvalError ' +
              'RangeError ReferenceError SyntaxError TypeError URIError AggregateError ' +
              'ArrayBuffer Int8Array Uint8Array Uint8ClampedArray Int16Array Uint16Array ' +
              'Int32Array Uint32Array Float32Array Float64Array BigInt64Array BigUint64Array ' +
              'Float16Array DataView BigInt Map Set WeakMap WeakSet Symbol Reflect Proxy Promise ' +
              'Iterator SharedArrayBuffer Atomics globalThis WeakRef FinalizationRegistry Intl'
            ).split(' ')
            return Reflect.ownKeys(globalThis)
              .filter((key) => typeof key === 'string' && !language.includes(key))
            """);
    assertEquals("[\"realm\",\"run\"]", others.toString());
  }

  @Test
  void seesNothingOfJava() {
    for (String way :
        List.of(
            "Java.type('java.lang.System')",
            "java.lang.System.exit(1)",
            "Packages.java.lang",
            "Polyglot.eval('js', '1')",
            "load('/etc/passwd')",
            "print(1)",
            "quit()",
            "WebAssembly.Memory")) {
      EngineException thrown = assertCode(ErrorCode.GUEST_ERROR, () -> run("return " + way));
      assertTrue(thrown.getMessage().startsWith("ReferenceError"), thrown.getMessage());
    }
    assertCode(ErrorCode.GUEST_ERROR, () -> run("return realm.models[0].info.getClass()"));
    assertCode(ErrorCode.GUEST_ERROR, () -> run("return import('fs')"));
  }

  @Test
  void generatesAsInNode() {
    JsonObject result =
        run("return realm.models[0].generate('the cea', { maxTokens: 24, temperature: 0 })")
            .getAsJsonObject();
    assertEquals(TEXT, result.get("text").getAsString());
    assertEquals(24, result.getAsJsonArray("tokens").size());
    assertEquals(5, result.getAsJsonObject("usage").get("promptTokens").getAsInt());
    assertEquals("length", result.get("finishReason").getAsString());
    assertEquals(
        "khep",
        run("return realm.models[0].generate([1, 285, 290, 261, 263], "
                + "{ maxTokens: 3, temperature: 0 }).text")
            .getAsString());
  }

  @Test
  void readsTheModel() {
    assertEquals("[285,290,291]", run("return realm.models[0].tokenize('the cat')").toString());
    assertEquals(
        "[1,3,285]",
        run("return realm.models[0].tokenize('<|user|>the', { special: true, addBos: true })")
            .toString());
    assertEquals(
        "llama",
        run("return realm.models[0].info().metadata['general.architecture']").getAsString());
    JsonElement tensor =
        run(
            """
            const { totalSize, tensorCount } = realm.models[0].info()
            const norm = realm.models[0].getTensor('output_norm.weight')
            norm[0] = 5
            const again = realm.models[0].getTensor('output_norm.weight')
            return [norm instanceof Float32Array, norm.length, norm[0], again[0] !== 5,
              again.every(Number.isFinite), totalSize > 1000, tensorCount > 10]
            """);
    assertEquals("[true,32,5,true,true,true,true]", tensor.toString());
  }

  @Test
  void throwsTheHostsErrorsWithTheirCodes() {
    String each =
        """
        try { realm.models[0].%s } catch (error) {
          return [error instanceof Error, error.code, error.message.length > 10]
        }
        """;
    assertEquals(
        "[true,\"TENSOR_NOT_FOUND\",true]", run(each.formatted("getTensor('no')")).toString());
    assertEquals("[true,\"INVALID_ARGUMENT\",true]", run(each.formatted("tokenize(5)")).toString());
    assertEquals(
        "[true,\"INVALID_ARGUMENT\",true]",
        run(each.formatted("generate('a', { heat: 1 })")).toString());
    // Those that it does not catch keep their codes.
    assertCode(ErrorCode.TENSOR_NOT_FOUND, () -> run("realm.models[0].getTensor('no')"));
    assertCode(
        ErrorCode.GUEST_ERROR,
        () -> run("throw Object.assign(new Error('forged'), { code: 'TIMEOUT' })"));
  }

  @Test
  void isGrantedModelsAndTokens() {
    Grants none = new Grants(List.of(), 100, 0, 0);
    try (Guest guest = fixture.script("const models = () => realm.models.length", none)) {
      assertEquals("0", guest.call("models", "[]"));
    }
    String source = "const run = () => realm.models[0].generate('the cea', { temperature: 0 })";
    try (Guest guest = fixture.script(source, GuestFixture.granted(3))) {
      assertTrue(guest.call("run", "[]").contains("\"text\":\"khep\""));
      assertCode(ErrorCode.QUOTA_EXCEEDED, () -> guest.call("run", "[]"));
    }
  }

  @Test
  void cannotChangeWhatCarriesTheCalls() {
    try (Guest guest =
        fixture.script(
            """
            JSON.parse = JSON.stringify = Promise.prototype.then = Object.freeze = () => 'mine'
            Reflect.apply = WeakMap.prototype.get = Error
            Array.prototype.push = Function.prototype.call = null
            const run = async (value) => [value, realm.models[0].tokenize('the')[0]]
            """)) {
      assertEquals("[{\"a\":1},285]", guest.call("run", "[{\"a\":1}]"));
    }
  }

  @Test
  void isFinalOnceClosed() {
    Guest guest = fixture.script("const run = () => 1");
    guest.close();
    guest.close();
    assertCode(ErrorCode.DISPOSED, () -> guest.call("run", "[]"));
  }
}
