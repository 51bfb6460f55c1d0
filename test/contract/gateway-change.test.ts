import { Sandbox, until } from "../support/containers.js";
import { drill, type Losses } from "../support/load/drill.js";
import { ChangingGateway } from "../support/load/gateway.js";
import { socketLoad } from "../support/load/sockets.js";

jest.setTimeout(180_000);

const sockets = 20;

describe("a change of the gateway under load", () => {
  let sandbox: Sandbox;
  let gateway: ChangingGateway;

  beforeAll(async () => {
    sandbox = new Sandbox("change");
    gateway = await ChangingGateway.start(sandbox);
  });
  afterAll(() => sandbox.remove());

  const under = (changes: readonly (() => Promise<void>)[]): Promise<Losses> =>
    drill({ target: gateway.target, changes, interval: 0.2, upload: 5, sockets });

  const expectNoLoss = ({ http1, http2, sockets: open, upload }: Losses): void => {
    for (const tally of [http1.GET, http1.POST, http2.GET, http2.POST]) {
      expect(tally.lost).toEqual([]);
      expect(tally.answered).toBeGreaterThan(100);
    }
    expect(open).toMatchObject({ opened: sockets, cut: [] });
    expect(open.echoes).toBeGreaterThan(sockets);
    expect(upload).toBeGreaterThan(1_000_000);
  };

  it("loses no request, upload or WebSocket, certificates included", async () => {
    const shown: string[] = [];
    const change = async (): Promise<void> => {
      await gateway.change();
      shown.push(await gateway.fingerprint());
    };
    expectNoLoss(await under(Array.from({ length: 6 }, () => change)));
    expect(new Set(shown).size).toBe(2);
  });

  it("changes nothing and loses nothing when nginx rejects it", async () => {
    const before = await gateway.page();
    const reject = async (): Promise<void> => {
      expect((await gateway.reject()).code).toBe(1);
      expect(await gateway.page()).toBe(before);
    };
    expectNoLoss(await under([reject, reject]));
  });

  it("lets WebSockets live until the drain time is over, and no longer", async () => {
    await gateway.change({ drainSeconds: 5 });
    const open = await socketLoad(gateway.target, sockets);
    try {
      await gateway.change();
      expect(open.now.cut).toEqual([]);
      await until("all of them are closed", () => open.now.cut.length === sockets || undefined, 30);
    } finally {
      await open.stop();
    }
  });
});
